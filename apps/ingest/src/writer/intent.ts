/**
 * What a writer is about to insert, as the metadata of an offset commit: the committed offset is the block's first, so a
 * partition's next owner finds the open block where it begins to read. Written under the group's generation, so that a
 * stale owner cannot open one. The grammar, then writing, then reading. Pure.
 *
 *   {"v":1,"last":"105","skip":"GA","groups":[["lock_waits",3,4711,"9f0c…"],["http_requests",1,300,"77aa…"]]}
 *            │             │           │
 *            │             │           └ per insert: kind, batches, rows, digest of their identities
 *            │             └ offsets left out: bit n is offset first + n, lowest bit first, base64url; "GA" = 0x18 = 3 and 4
 *            └ the block's last offset
 *
 * A broker keeps at most 4096 bytes of metadata (offset.metadata.max.bytes): a block has at most MAX_SPAN offsets, and
 * fitsIntent tells whether its groups are too many. Text that is not ours (another program's commit) is no intent; a
 * later version is refused: update this writer.
 */
import { MapscopeError } from '@mapscope/events';
import type { BatchEntry, Entry } from './entry.ts';
import { type Block, type Group, type Place, digestOf, rowsOf } from './block.ts';

export interface Intent {
  readonly last: bigint;
  readonly skipped: readonly bigint[];
  readonly groups: readonly GroupIntent[];
}

export interface GroupIntent {
  readonly kind: string;
  readonly batches: number;
  readonly rows: number;
  readonly digest: string;
}

const VERSION = 1;
/** below the broker's default, with room for its own accounting */
const MAX_CHARS = 3_800;
/** 683 characters of skip at most */
export const MAX_SPAN = 4_096;

// ---- write

export function encodeIntent(block: Block): string {
  const groups = block.groups.map((group) => [group.kind, group.entries.length, rowsOf(group), digestOf(group)]);
  return JSON.stringify({ v: VERSION, last: String(block.last), skip: toBits(block), groups });
}

export const fitsIntent = (block: Block): boolean => encodeIntent(block).length <= MAX_CHARS;

function toBits(block: Block): string {
  const bytes = new Uint8Array((Number(block.last - block.first) >> 3) + 1);
  for (const offset of block.skipped) {
    const n = Number(offset - block.first);
    bytes[n >> 3] = (bytes[n >> 3] ?? 0) | (1 << (n & 7));
  }
  return Buffer.from(bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1)).toString('base64url');
}

// ---- read

/** `first` is the offset that was committed with it. Undefined: no block is open. */
export function parseIntent(note: string, first: bigint): Intent | undefined {
  const found = parseJson(note);
  if (found === undefined) return undefined;
  if (found.v !== VERSION) {
    const version = String(found.v);
    const text = `the open block at offset ${first} was written down by a writer of format ${version}, this one knows ${VERSION}: update this writer`;
    throw new MapscopeError('INTERNAL', text, { facts: { version } });
  }
  return {
    last: BigInt(found.last),
    skipped: fromBits(found.skip).map((n) => first + BigInt(n)),
    groups: found.groups.map(([kind, batches, rows, digest]) => ({ kind, batches, rows, digest })),
  };
}

interface IntentJson {
  readonly v: unknown;
  readonly last: string;
  readonly skip: string;
  readonly groups: readonly (readonly [kind: string, batches: number, rows: number, digest: string])[];
}

/** Undefined for any text that has not the shape of an intent. */
function parseJson(note: string): IntentJson | undefined {
  if (!note.startsWith('{"v":')) return undefined;
  try {
    // Only this file writes such text; what it says is compared with the messages before it is believed.
    const found = JSON.parse(note) as IntentJson;
    return found.v !== VERSION || /^\d+$/.test(found.last) ? found : undefined;
  } catch {
    return undefined;
  }
}

function fromBits(text: string): readonly number[] {
  return [...Buffer.from(text, 'base64url')].flatMap((byte, i) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte & (1 << bit)) !== 0).map((bit) => i * 8 + bit),
  );
}

/**
 * The block that an intent names, of the messages read again; undefined when they are not the ones it speaks of (the topic
 * was made anew, or retention took some). `entries` are those from the block's first offset on, at least up to its last.
 */
export function reopenBlock(place: Place, intent: Intent, entries: readonly Entry[]): Block | undefined {
  const skipped = new Set(intent.skipped);
  const left = new Map<string, BatchEntry[]>();
  for (const entry of entries) {
    if (entry.offset > intent.last || skipped.has(entry.offset)) continue;
    if (entry.kind === 'fault') return undefined;
    const { kind } = entry.batch.header;
    const ofKind = left.get(kind);
    if (ofKind === undefined) left.set(kind, [entry]);
    else ofKind.push(entry);
  }
  const groups: Group[] = [];
  for (const wanted of intent.groups) {
    const group = takeGroup(wanted, left.get(wanted.kind) ?? []);
    if (group === undefined) return undefined;
    groups.push(group);
  }
  const isRest = [...left.values()].some((entriesOfKind) => entriesOfKind.length > 0);
  return isRest ? undefined : { ...place, last: intent.last, groups, skipped: intent.skipped };
}

/** The first so many of `left`, which loses them; undefined when they are not those that were written down. */
function takeGroup({ batches, rows, digest }: GroupIntent, left: BatchEntry[]): Group | undefined {
  const entries = left.splice(0, batches);
  const kind = entries[0]?.batch.header.kind;
  if (kind === undefined || entries.length !== batches) return undefined;
  const group = { kind, entries };
  return rowsOf(group) === rows && digestOf(group) === digest ? group : undefined;
}
