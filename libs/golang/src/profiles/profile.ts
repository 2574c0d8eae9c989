/**
 * A pprof profile (github.com/google/pprof, proto/profile.proto), not compressed. Used by `mapscope profile`. Pure.
 *
 *     Profile ─┬─ 1 sample_type {1 type, 2 unit}           ─┐ indexes into
 *              ├─ 2 sample {1 location_id…, 2 value…}       │ the strings
 *              ├─ 4 location {1 id, 3 address, 4 line {1 function_id, 2 line}…}   innermost inlined call first
 *              ├─ 5 function {1 id, 2 name, 4 filename}    ─┘
 *              └─ 6 string_table, 9 time_nanos, 10 duration_nanos
 */
import { MapscopeError } from '@mapscope/events';
import { decodeUtf8 } from '../elf/utf8.ts';
import { numbers, wireFields, type WireField } from './wire-reader.ts';

export interface ProfileFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export interface ProfileSample {
  /** one for each of sampleTypes */
  readonly values: readonly bigint[];
  /** innermost first, inlined calls too */
  readonly frames: readonly ProfileFrame[];
}

export interface Profile {
  /** as contentions/count */
  readonly sampleTypes: readonly string[];
  readonly samples: readonly ProfileSample[];
  /** 0: not given */
  readonly timeUnixNanos: bigint;
  readonly durationNanos: bigint;
}

/** Throws CONFIG_INVALID where the bytes are no profile. */
export function readProfile(bytes: Uint8Array): Profile {
  const stranger = strangerOf(bytes);
  if (stranger !== undefined) throw notAProfile(stranger);
  try {
    return assemble(sortFields(bytes));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw notAProfile(`${cause.message}; take it again, whole: /debug/pprof/mutex or /debug/pprof/block`, cause);
  }
}

const notAProfile = (why: string, cause?: unknown): MapscopeError =>
  new MapscopeError('CONFIG_INVALID', `this is no pprof profile: ${why}`, { cause });

/** Texts people give by mistake; a profile begins with a tag of field 1 (0x0a), which is a line feed as text. */
function strangerOf(bytes: Uint8Array): string | undefined {
  const start = decodeUtf8(bytes.subarray(0, 200)).trimStart();
  const take = 'take /debug/pprof/mutex or /debug/pprof/block';
  if (bytes.length === 0) return `it is empty; ${take}`;
  if (/^<(?:!doctype|html|\?xml)/i.test(start)) return `it is a page of HTML, perhaps a proxy's error; ${take}`;
  if (/^--- (?:mutex|contention):/.test(start)) return `it is the text of debug=1; ${take} without debug=1`;
  if (/^goroutine \d+ /.test(start)) return 'it is a goroutine dump; give it to "mapscope dump"';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'it is compressed twice; decompress it once with gzip -d';
  return undefined;
}

function sortFields(bytes: Uint8Array): ReadonlyMap<number, readonly WireField[]> {
  const fields = Map.groupBy(wireFields(bytes), ({ field }) => field);
  if (!fields.has(1) || !fields.has(6)) throw new RangeError('it has no sample types or no strings');
  return fields;
}

const messages = (fields: readonly WireField[] | undefined): readonly (readonly WireField[])[] =>
  (fields ?? []).map((field) => {
    if (field.type !== 'bytes') throw new RangeError(`field ${field.field} is no message`);
    return [...wireFields(field.value)];
  });

/** The last one counts, an absent one is 0 (proto3). */
const one = (fields: readonly WireField[] | undefined, number: number): bigint => {
  const last = (fields ?? []).findLast(({ field }) => field === number);
  return last?.type === 'varint' ? BigInt.asIntN(64, last.value) : 0n;
};

const all = (fields: readonly WireField[], number: number): readonly bigint[] =>
  fields.filter(({ field }) => field === number).flatMap(numbers);

function assemble(fields: ReadonlyMap<number, readonly WireField[]>): Profile {
  const strings = (fields.get(6) ?? []).map((field) => (field.type === 'bytes' ? decodeUtf8(field.value) : ''));
  const string = (index: bigint): string => {
    const found = strings[Number(index)];
    if (found === undefined) throw new RangeError(`string ${index} is missing`);
    return found;
  };
  const locations = locationsOf(fields, string);
  const sampleTypes = messages(fields.get(1)).map((type) => `${string(one(type, 1))}/${string(one(type, 2))}`);
  return {
    sampleTypes,
    samples: messages(fields.get(2)).map((sample) => {
      const values = all(sample, 2).map((value) => BigInt.asIntN(64, value));
      if (values.length !== sampleTypes.length) throw new RangeError('a sample has more or fewer values than types');
      return { values, frames: all(sample, 1).flatMap((id) => found(locations, id, 'location')) };
    }),
    timeUnixNanos: one(fields.get(9), 9),
    durationNanos: one(fields.get(10), 10),
  };
}

function locationsOf(
  fields: ReadonlyMap<number, readonly WireField[]>,
  string: (index: bigint) => string,
): ReadonlyMap<bigint, readonly ProfileFrame[]> {
  const functions = new Map(
    messages(fields.get(5)).map((each) => [
      one(each, 1),
      { function: string(one(each, 2)), file: string(one(each, 4)) },
    ]),
  );
  return new Map(
    messages(fields.get(4)).map((location) => {
      const lines = messages(location.filter(({ field }) => field === 4)).map((line) => ({
        ...found(functions, one(line, 1), 'function'),
        line: Number(one(line, 2)),
      }));
      // Not symbolized: the address is what there is to say.
      const address = `0x${BigInt.asUintN(64, one(location, 3)).toString(16)}`;
      return [one(location, 1), lines.length > 0 ? lines : [{ function: address, file: '', line: 0 }]];
    }),
  );
}

function found<V>(entries: ReadonlyMap<bigint, V>, id: bigint, kind: string): V {
  const entry = entries.get(BigInt.asIntN(64, id));
  if (entry === undefined) throw new RangeError(`${kind} ${id} is missing`);
  return entry;
}
