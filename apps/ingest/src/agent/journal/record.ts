/**
 * What an agent writes down of itself while it runs, so that another can say its last word if it cannot. Pure.
 * The file has two slots that are written in turn, so that one is whole whatever happens to the other:
 *
 *      0 ┌──────────────┬──────────────┐
 *        │ magic "MSJ1" │ crc      u32 │   CRC-32C of the bytes 8 … 20 + length
 *      8 ├──────────────┴──────────────┤
 *        │ sequence                u64 │   grows with every write; the larger whole one counts
 *     16 ├──────────────┬──────────────┘
 *        │ length   u32 │ length bytes: the record as JSON, UTF-8, bigints as text
 *        ├──────────────┘
 *        ⋮ zero
 *  4 096 └ second slot, the same
 *
 * kill -9 leaves what was written in the page cache, so nothing is synced; a power cut may lose the latest writes.
 */
import { type AgentId, type BatchKind, crc32c } from '@mapscope/events';
import type { AgentIdentity } from '../batcher.ts';

/** Names a process for ever: a pid alone is used again, and another PID namespace has pids of its own. */
export interface ProcessIdentity {
  readonly pid: number;
  /** /proc/PID/stat, field 22 */
  readonly startTicks: string;
}

/** Where those numbers mean something. */
export interface Machine {
  /** /proc/sys/kernel/random/boot_id: start times count from the kernel's boot */
  readonly bootId: string;
  /** /proc/self/ns/pid */
  readonly pidNamespace: string;
}

/** Of one kind that comes from the ring, since the agent's start. */
export interface JournalCount {
  readonly kind: BatchKind;
  /** at the reading, and never fewer than what was handed over */
  readonly submitted: bigint;
  readonly lost: bigint;
  /** rows read from the ring and given to the queue */
  readonly handed: number;
  /** rows that Kafka acknowledged: what arrived may be more, by what was under way */
  readonly published: number;
  readonly publishedBatches: number;
}

export interface JournalRecord {
  readonly identity: AgentIdentity;
  readonly machine: Machine;
  readonly self: ProcessIdentity;
  readonly target: ProcessIdentity & {
    readonly buildId: string;
    readonly probes: number;
    readonly attachNanos: bigint;
  };
  /** brokers and topic prefix: a last word belongs where the others went */
  readonly destination: string;
  readonly readUnixNanos: bigint;
  readonly counts: readonly JournalCount[];
}

/** A page: a write into one is never cut by a signal (Linux, mm/filemap.c, generic_perform_write). */
export const SLOT_BYTES = 4_096;
export const JOURNAL_BYTES = 2 * SLOT_BYTES;
const MAGIC = 0x314a_534d;
const HEAD_BYTES = 20;
const CHECKED_FROM = 8;

/** Undefined: it does not fit, which only names of kilobytes can bring about. */
export function encodeSlot(record: JournalRecord, sequence: bigint): Uint8Array | undefined {
  const text = JSON.stringify(record, (_key, value: unknown) =>
    typeof value === 'bigint' ? { nanosOrCount: value.toString() } : value,
  );
  const slot = new Uint8Array(SLOT_BYTES);
  const { read, written } = new TextEncoder().encodeInto(text, slot.subarray(HEAD_BYTES));
  if (read < text.length) return undefined;
  const view = new DataView(slot.buffer);
  view.setUint32(0, MAGIC, true);
  view.setBigUint64(8, sequence, true);
  view.setUint32(16, written, true);
  view.setUint32(4, crc32c(slot.subarray(CHECKED_FROM, HEAD_BYTES + written)), true);
  return slot;
}

/** The latest whole record; undefined: there is none. */
export function decodeJournal(file: Uint8Array): JournalRecord | undefined {
  const slots = [0, SLOT_BYTES].flatMap((at) => decodeSlot(file.subarray(at, at + SLOT_BYTES)) ?? []);
  return slots.toSorted((a, b) => Number(b.sequence - a.sequence))[0]?.record;
}

function decodeSlot(slot: Uint8Array): { readonly sequence: bigint; readonly record: JournalRecord } | undefined {
  if (slot.length < HEAD_BYTES) return undefined;
  const view = new DataView(slot.buffer, slot.byteOffset, slot.length);
  const end = HEAD_BYTES + view.getUint32(16, true);
  if (view.getUint32(0, true) !== MAGIC || end > slot.length) return undefined;
  if (crc32c(slot.subarray(CHECKED_FROM, end)) !== view.getUint32(4, true)) return undefined;
  const text = new TextDecoder().decode(slot.subarray(HEAD_BYTES, end));
  // Magic and checksum say that encodeSlot wrote it; another shape would have another magic.
  const record = JSON.parse(text, revive) as JournalRecord;
  return { sequence: view.getBigUint64(8, true), record };
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('nanosOrCount' in value)) return value;
  return BigInt(String(value.nanosOrCount));
}

export const journalName = (agent: AgentId): string => `${agent}.journal`;
