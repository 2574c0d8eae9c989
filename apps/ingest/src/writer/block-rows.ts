/**
 * How many rows a batch's Native block has, if it is one block and whole. ClickHouse reads block after block until the bytes end, so
 * a second one behind the first would store rows that no header and no ledger states: the walk must end where the value ends.
 * It goes over the columns by their types and looks at no value: a column of numbers is one step, one of text a step a text.
 * The grammar is native-block.ts of libs/events; types are those that travel in it. Pure.
 */
import { MapscopeError } from '@mapscope/events';

/** Bytes of a value. */
const WIDTHS: ReadonlyMap<string, number> = new Map([
  ['UInt8', 1],
  ['UInt16', 2],
  ['UInt32', 4],
  ['UInt64', 8],
  ['Int64', 8],
  ['Float64', 8],
  ["DateTime64(9, 'UTC')", 8],
  ['FixedString(8)', 8],
  ['FixedString(16)', 16],
]);

/** low-cardinality.ts of libs/events: keys of its own, none shared; the lowest byte is log2 of an index's bytes. */
const HAS_KEYS = 1 << 9;
const SHARES_KEYS = 1 << 8;
const ALL_FLAGS = 0x800;

/** The longest type that travels has 27 letters; arrays of arrays of arrays are a walk without end. */
const MAX_TYPE_BYTES = 64;
/** 2^35 and more is beyond any count. */
const MAX_VARUINT_BYTES = 5;

const malformed = (problem: string): MapscopeError =>
  new MapscopeError('BATCH_MALFORMED', `${problem}: its sender is at fault, update the agent`);

/** Throws BATCH_MALFORMED for anything but one whole block. */
export function blockRows(block: Uint8Array): number {
  const walk = new Walk(block);
  const columns = walk.varuint();
  const rows = walk.varuint();
  if (columns === 0 && rows > 0) throw malformed(`the block has ${rows} rows and no column`);
  for (let i = 0; i < columns; i++) {
    walk.texts(1);
    const type = walk.text();
    if (type.length > MAX_TYPE_BYTES) throw unknownType(type);
    if (rows > 0) walkColumn(walk, type, rows);
  }
  if (walk.left > 0) throw malformed(`${walk.left} bytes follow the block, which ClickHouse would read as another`);
  return rows;
}

function walkColumn(walk: Walk, type: string, rows: number): void {
  const repeated = innerOf(type, 'LowCardinality(');
  if (repeated === undefined) walkValues(walk, type, rows);
  else walkRepeated(walk, repeated, rows);
}

/** An array is the end of each row's elements, then all elements in one run; a map is an array of keys and one of values. */
function walkValues(walk: Walk, type: string, count: number): void {
  const width = WIDTHS.get(type);
  const element = innerOf(type, 'Array(');
  if (width !== undefined) walk.skip(width * count);
  else if (type === 'String') walk.texts(count);
  else if (type === 'Map(String, String)') walk.texts(2 * walk.lastEnd(count));
  else if (element !== undefined) walkValues(walk, element, walk.lastEnd(count));
  else throw unknownType(type);
}

function walkRepeated(walk: Walk, type: string, rows: number): void {
  walk.skip(8); // version
  const flags = walk.u64();
  const indexBytes = 2 ** (flags % 0x100);
  const isOwn = (flags & HAS_KEYS) !== 0 && (flags & SHARES_KEYS) === 0;
  if (!isOwn || indexBytes > 8 || flags >= ALL_FLAGS) throw malformed(`keys of a column are of kind ${flags}`);
  walkValues(walk, type, walk.u64());
  const stated = walk.u64();
  if (stated !== rows) throw malformed(`a column states ${stated} rows in a block of ${rows}`);
  walk.skip(indexBytes * rows);
}

const innerOf = (type: string, outer: string): string | undefined =>
  type.startsWith(outer) && type.endsWith(')') ? type.slice(outer.length, -1) : undefined;

const unknownType = (type: string): MapscopeError =>
  new MapscopeError(
    'BATCH_MALFORMED',
    `a column is of type "${type.slice(0, 64)}", which this writer does not know: update the writer, then replay the dead letter`,
  );

/** A place in the block that never passes its end. */
class Walk {
  readonly #bytes: Buffer;
  #at = 0;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#bytes = Buffer.from(buffer, byteOffset, byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  skip(sizeBytes: number): void {
    if (sizeBytes > this.left) throw malformed('the block ends within a column');
    this.#at += sizeBytes;
  }

  varuint(): number {
    let value = 0;
    for (let i = 0; i < MAX_VARUINT_BYTES; i++) {
      this.skip(1);
      const byte = this.#bytes[this.#at - 1] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw malformed('a count in the block is beyond all bounds');
  }

  /** Beyond 2^53 inexact: such a count never fits what is left. */
  u64(): number {
    this.skip(8);
    return Number(this.#bytes.readBigUInt64LE(this.#at - 8));
  }

  text(): string {
    const length = this.varuint();
    this.skip(length);
    return this.#bytes.toString('latin1', this.#at - length, this.#at);
  }

  texts(count: number): void {
    // A local and a loop of its own: spans have forty texts each, most of them shorter than 128 bytes.
    const [bytes, end] = [this.#bytes, this.#bytes.length];
    let at = this.#at;
    for (let i = 0; i < count && at <= end; i++) {
      const length = bytes[at] ?? 0;
      if (length < 0x80) at += 1 + length;
      else {
        this.#at = at;
        this.skip(this.varuint());
        at = this.#at;
      }
    }
    if (at > end) throw malformed('the block ends within a text');
    this.#at = at;
  }

  /** Of so many rows of arrays: elements of all of them. */
  lastEnd(rows: number): number {
    if (rows === 0) return 0;
    this.skip(8 * (rows - 1));
    return this.u64();
  }
}
