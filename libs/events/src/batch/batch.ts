/**
 * One Kafka value of `mapscope.probe.v1` or `mapscope.otlp.v1`: a checked header and one Native block. The agent writes it, the writer
 * reads the header and hands the block to ClickHouse untouched. It opens nothing and does not look into the block.
 * All numbers little-endian.
 *
 *    0 ┌───────────────┬───────┬───────┬───────────────┬───────────────┐
 *      │ magic "MSCB"  │ major │ minor │ kind      u16 │ H: header u32 │
 *   12 ├───────────────┴───────┴───────┴───────────────┴───────────────┤
 *      │ rows                                                      u32 │
 *   16 ├───────────────────────────────────────────────────────────────┤
 *      │ agent                                                16 bytes │
 *   32 ├───────────────────────────────┬───────────────────────────────┤
 *      │ boot, unix nanos          u64 │ sequence                  u64 │
 *   48 ├───────────────────────────────┼───────────────────────────────┤
 *      │ first unix nanos          i64 │ last unix nanos           i64 │
 *   64 ├───────────────────────────────┼───────────────────────────────┤
 *      │ ring submitted            u64 │ ring lost                 u64 │
 *   80 ├───────────────┬───────────────┼───────────────────────────────┘
 *      │ block     u32 │ its crc   u32 │   crc = CRC-32C
 *   88 ├───────────────┴───────────────┴───────────────────────────────┐
 *      │ family, service, platform: each u16 byte length, then UTF-8   │
 *      ├ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ┤
 *      │ fields of later minors (skipped by older readers)             │
 *  H-4 ├───────────────┬───────────────────────────────────────────────┘
 *      │ crc 0…H-4 u32 │
 *    H ├───────────────┴───────────────────────────────────────────────┐
 *      │ Native block (native-block.ts)                                │
 *      └───────────────────────────────────────────────────────────────┘
 *
 * Compatibility. A new field goes behind `platform` and raises the minor: readers of an older minor find the block by
 * H and skip what they do not know; readers of a newer one must treat it as absent when H ends before it. Anything
 * else (a field moved, removed or given another meaning) raises the major, which older readers refuse. The numbers of
 * kinds are never reused; an unknown one is refused. Update writers before agents.
 */
import { crc32c } from '../crc32c.ts';
import type { AgentId } from '../ids.ts';
import { malformed } from '../malformed.ts';
import { BATCH_KINDS } from '../tables/tables.ts';
import type { BatchKind } from '../tables/tables.ts';
import { readAgent, readHeaderTexts, writeAgent, writeHeaderTexts } from './header-fields.ts';

export interface BatchHeader {
  readonly kind: BatchKind;
  readonly agent: AgentId;
  /** Unix nanoseconds of the agent's start: a restarted agent counts its sequences from zero again. */
  readonly boot: bigint;
  readonly family: string;
  /** Counts the batches of one (agent, boot, family). */
  readonly sequence: bigint;
  readonly service: string;
  readonly platform: string;
  readonly rows: number;
  readonly firstUnixNanos: bigint;
  readonly lastUnixNanos: bigint;
  /** Records the ring took and refused for this family since the agent's start. */
  readonly ringSubmitted: bigint;
  readonly ringLost: bigint;
}

export interface Batch {
  readonly header: BatchHeader;
  readonly block: Uint8Array;
}

/** "MSCB" read as a little-endian u32. */
const MAGIC = 0x4243_534d;
const MAJOR = 1;
const MINOR = 0;
const FIXED_BYTES = 88;
const CRC_BYTES = 4;
const SMALLEST_HEADER_BYTES = FIXED_BYTES + 3 * 2 + CRC_BYTES;

/** The identity of a batch, the same however often it is sent: ClickHouse drops an insert whose token it has seen. */
export const batchToken = (header: Pick<BatchHeader, 'agent' | 'boot' | 'family' | 'sequence'>): string =>
  `${header.agent}-${header.boot}-${header.family}-${header.sequence}`;

// ---- write

export function encodeBatch(header: BatchHeader, block: Uint8Array): Uint8Array {
  const texts = writeHeaderTexts([header.family, header.service, header.platform]);
  const headerBytes = FIXED_BYTES + texts.length + CRC_BYTES;
  const value = new Uint8Array(headerBytes + block.length);
  const view = new DataView(value.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, MAJOR);
  view.setUint8(5, MINOR);
  view.setUint16(6, BATCH_KINDS[header.kind], true);
  view.setUint32(8, headerBytes, true);
  view.setUint32(12, checkedU32('rows', header.rows), true);
  writeAgent(value, header.agent);
  view.setBigUint64(32, checkedU64('boot', header.boot), true);
  view.setBigUint64(40, checkedU64('sequence', header.sequence), true);
  view.setBigInt64(48, checkedI64('firstUnixNanos', header.firstUnixNanos), true);
  view.setBigInt64(56, checkedI64('lastUnixNanos', header.lastUnixNanos), true);
  view.setBigUint64(64, checkedU64('ringSubmitted', header.ringSubmitted), true);
  view.setBigUint64(72, checkedU64('ringLost', header.ringLost), true);
  view.setUint32(80, checkedU32('block length', block.length), true);
  view.setUint32(84, crc32c(block), true);
  value.set(texts, FIXED_BYTES);
  const crcAt = headerBytes - CRC_BYTES;
  view.setUint32(crcAt, crc32c(value.subarray(0, crcAt)), true);
  value.set(block, headerBytes);
  return value;
}

function checkedU32(field: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw malformed(`${field} is ${value}: give an integer from 0 to 2^32-1`, { field });
}

function checkedU64(field: string, value: bigint): bigint {
  if (BigInt.asUintN(64, value) === value) return value;
  throw malformed(`${field} is ${value}: give an integer from 0 to 2^64-1`, { field });
}

function checkedI64(field: string, value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw malformed(`${field} is ${value}: give an integer of 64 bits with sign`, { field });
}

// ---- read

/** Throws BATCH_MALFORMED for anything encodeBatch did not write. The block is a view of `value`, not a copy. */
export function decodeBatch(value: Uint8Array): Batch {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const headerBytes = checkedHeaderBytes(view, value);
  const blockBytes = view.getUint32(80, true);
  if (headerBytes + blockBytes !== value.length) {
    const problem = `the block should be ${blockBytes} bytes and is ${value.length - headerBytes}: the value was cut or joined`;
    throw malformed(problem, { expected: blockBytes, length: value.length - headerBytes });
  }
  const block = value.subarray(headerBytes);
  checkCrc('block', view.getUint32(84, true), block);
  const header = readHeader(view, value.subarray(0, headerBytes - CRC_BYTES));
  return { header, block };
}

/** What must hold before any other field may be believed. */
function checkedHeaderBytes(view: DataView, value: Uint8Array): number {
  if (value.length < SMALLEST_HEADER_BYTES) {
    throw malformed(
      `${value.length} bytes are no batch, its header alone takes ${SMALLEST_HEADER_BYTES}: send it with encodeBatch`,
    );
  }
  if (view.getUint32(0, true) !== MAGIC) {
    throw malformed('the value does not start with "MSCB": another program writes to this topic, stop it');
  }
  const major = view.getUint8(4);
  if (major !== MAJOR) {
    const problem = `major version ${major} of the batch format, this reader knows ${MAJOR}: update the older of agent and writer`;
    throw malformed(problem, { major, known: MAJOR });
  }
  const headerBytes = view.getUint32(8, true);
  if (headerBytes < SMALLEST_HEADER_BYTES || headerBytes > value.length) {
    const problem = `the header states ${headerBytes} bytes, possible are ${SMALLEST_HEADER_BYTES} to ${value.length}: the value is damaged`;
    throw malformed(problem, { headerBytes, length: value.length });
  }
  const crcAt = headerBytes - CRC_BYTES;
  checkCrc('header', view.getUint32(crcAt, true), value.subarray(0, crcAt));
  return headerBytes;
}

const hex = (crc: number): string => crc.toString(16).padStart(8, '0');

function checkCrc(part: string, stated: number, bytes: Uint8Array): void {
  const computed = crc32c(bytes);
  if (computed === stated) return;
  const problem = `the ${part} has CRC-32C ${hex(computed)} and states ${hex(stated)}: it was damaged on the way, send it again`;
  throw malformed(problem, { part, computed: hex(computed), stated: hex(stated) });
}

function readHeader(view: DataView, bytes: Uint8Array): BatchHeader {
  const [family, service, platform] = readHeaderTexts(bytes.subarray(FIXED_BYTES));
  return {
    kind: kindOf(view.getUint16(6, true)),
    agent: readAgent(bytes),
    boot: view.getBigUint64(32, true),
    family,
    sequence: view.getBigUint64(40, true),
    service,
    platform,
    rows: view.getUint32(12, true),
    firstUnixNanos: view.getBigInt64(48, true),
    lastUnixNanos: view.getBigInt64(56, true),
    ringSubmitted: view.getBigUint64(64, true),
    ringLost: view.getBigUint64(72, true),
  };
}

function kindOf(wireNumber: number): BatchKind {
  // Object.keys of a const table gives its keys.
  const kinds = Object.keys(BATCH_KINDS) as BatchKind[];
  const kind = kinds.find((kind) => BATCH_KINDS[kind] === wireNumber);
  if (kind !== undefined) return kind;
  const known = kinds.map((kind) => `${BATCH_KINDS[kind]} ${kind}`).join(', ');
  throw malformed(`batch kind ${wireNumber} is unknown (known: ${known}): update the writer before the agents`, {
    kind: wireNumber,
  });
}
