/**
 * A capture: what one agent published in one run, to be published again elsewhere (run-replay.ts). Raw batches only;
 * nothing is judged here. Written by capture-writer.ts piece by piece, read whole. All numbers little-endian.
 *
 *   file = opening, header JSON, zstd( frame*, end )
 *
 *        0 ┌───────────────┬───────┬───────┬───────────────┬───────────────┐
 *          │ magic "MSCP"  │ major │ minor │ header    u32 │ its crc   u32 │   crc = CRC-32C
 *       16 ├───────────────┴───────┴───────┴───────────────┴───────────────┤
 *          │ header: JSON, UTF-8 (CaptureHeader), readable without tools    │
 *          ├───────────────────────────────────────────────────────────────┤
 *          │ one zstd stream (RFC 8878) over all frames, for its ratio      │
 *          └───────────────────────────────────────────────────────────────┘
 *   frame  ┌───────────────┬───────────────┬───────────────────────────────┬─ …
 *          │ size      u32 │ crc       u32 │ published, unix nanos     u64 │ value: size bytes, one Kafka value
 *          └───────────────┴───────────────┴───────────────────────────────┴─ …
 *   end    ┌───────────────┬───────────────┬───────────────────────────────┐   crc of everything behind it in a frame;
 *          │ size = 0  u32 │ crc       u32 │ number of frames          u64 │   a frame's size is never 0
 *          └───────────────┴───────────────┴───────────────────────────────┘
 *
 * Frames stand in the order in which Kafka acknowledged them, which per kind is the order of their sequence. Without
 * the end the recording was cut. Fields may be added to the JSON; a change of anything else raises the major.
 */
import { constants, zstdDecompressSync } from 'node:zlib';
import { MapscopeError, crc32c } from '@mapscope/events';
import { type CaptureHeader, parseHeader } from './capture-header.ts';

export interface CaptureFrame {
  readonly publishedUnixNanos: bigint;
  /** as it went to Kafka: encodeBatch's bytes */
  readonly value: Uint8Array;
}

export interface Capture {
  readonly header: CaptureHeader;
  readonly frames: readonly CaptureFrame[];
}

/** "MSCP" read as a little-endian u32. */
const MAGIC = 0x5043_534d;
const MAJOR = 1;
const MINOR = 0;
const OPENING_BYTES = 16;
const FRAME_BYTES = 16;
const CRC_END = 8;
const MAX_HEADER_BYTES = 64 * 1024;

/** Of all frames, unpacked. A recording is minutes long; a larger one is a mistake, and a file must not fill memory. */
export const MAX_CAPTURE_BYTES = 256 * 1024 * 1024;

/** The strongest level that needs no special decoder memory: written once, kept in a repository. */
export const ZSTD_PARAMS = {
  [constants.ZSTD_c_compressionLevel]: 19,
  [constants.ZSTD_c_checksumFlag]: 1,
} as const;

// ---- write

export function encodeOpening(header: CaptureHeader): Uint8Array {
  const json = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const bytes = new Uint8Array(OPENING_BYTES + json.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, MAJOR, true);
  view.setUint16(6, MINOR, true);
  view.setUint32(8, json.length, true);
  view.setUint32(12, crc32c(json), true);
  bytes.set(json, OPENING_BYTES);
  return bytes;
}

export function encodeFrame({ publishedUnixNanos, value }: CaptureFrame): Uint8Array {
  const bytes = new Uint8Array(FRAME_BYTES + value.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, value.length, true);
  view.setBigUint64(CRC_END, publishedUnixNanos, true);
  bytes.set(value, FRAME_BYTES);
  view.setUint32(4, crc32c(bytes.subarray(CRC_END)), true);
  return bytes;
}

export const encodeEnd = (frames: number): Uint8Array =>
  encodeFrame({ publishedUnixNanos: BigInt(frames), value: new Uint8Array() });

// ---- read

/** Throws BATCH_MALFORMED, with the offset, for anything that is not a whole recording. */
export function readCapture(file: Uint8Array): Capture {
  const { header, end } = readOpening(file);
  return { header, frames: readFrames(unpack(file.subarray(end), end)) };
}

const RECORD_AGAIN = 'copy the file again, or record a new one (infra/replay/README.md)';

function damaged(where: 'file' | 'frames', offset: number, problem: string): MapscopeError {
  const at = where === 'file' ? `byte ${offset} of the capture` : `byte ${offset} of the capture's unpacked frames`;
  return new MapscopeError('BATCH_MALFORMED', `${at}: ${problem}: ${RECORD_AGAIN}`, { facts: { where, offset } });
}

function readOpening(file: Uint8Array): { readonly header: CaptureHeader; readonly end: number } {
  if (file.length < OPENING_BYTES) throw damaged('file', file.length, 'the file ends within its opening');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw damaged('file', 0, 'it does not start with "MSCP", so it is no capture');
  const major = view.getUint16(4, true);
  if (major !== MAJOR) throw damaged('file', 4, `major version ${major} of the format, this reader knows ${MAJOR}`);
  const size = view.getUint32(8, true);
  const end = OPENING_BYTES + size;
  if (size > MAX_HEADER_BYTES) throw damaged('file', 8, `a header of ${size} bytes is above ${MAX_HEADER_BYTES}`);
  if (end > file.length) throw damaged('file', file.length, `the file ends within its header of ${size} bytes`);
  const json = file.subarray(OPENING_BYTES, end);
  if (crc32c(json) !== view.getUint32(12, true)) throw damaged('file', OPENING_BYTES, 'the header is damaged');
  const header = parseHeader(new TextDecoder().decode(json));
  if (header === undefined) throw damaged('file', OPENING_BYTES, 'the header lacks fields that every capture has');
  return { header, end };
}

/** Of a cut stream what there is: the frames then tell where it ends. */
function unpack(packed: Uint8Array, offset: number): Uint8Array {
  try {
    const options = { finishFlush: constants.ZSTD_e_flush, maxOutputLength: MAX_CAPTURE_BYTES };
    const { buffer, byteOffset, length } = zstdDecompressSync(packed, options);
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw damaged('file', offset, `what begins here does not unpack (${why})`);
  }
}

function readFrames(bytes: Uint8Array): readonly CaptureFrame[] {
  const frames: CaptureFrame[] = [];
  for (let at = 0; ;) {
    const frame = readFrame(bytes, at);
    at += FRAME_BYTES + frame.value.length;
    if (frame.value.length > 0) {
      frames.push(frame);
      continue;
    }
    checkEnd({ stated: frame.publishedUnixNanos, found: frames.length }, at, bytes.length);
    return frames;
  }
}

function readFrame(bytes: Uint8Array, at: number): CaptureFrame {
  const left = bytes.length - at;
  if (left < FRAME_BYTES) throw damaged('frames', at, 'the recording was cut here, before its end');
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, left);
  const size = view.getUint32(0, true);
  if (size > left - FRAME_BYTES) throw damaged('frames', at, `a batch of ${size} bytes was cut`);
  const checked = bytes.subarray(at + CRC_END, at + FRAME_BYTES + size);
  if (crc32c(checked) !== view.getUint32(4, true)) throw damaged('frames', at, 'a batch is damaged');
  return { publishedUnixNanos: view.getBigUint64(CRC_END, true), value: checked.subarray(FRAME_BYTES - CRC_END) };
}

function checkEnd(count: { readonly stated: bigint; readonly found: number }, at: number, length: number): void {
  if (count.stated !== BigInt(count.found))
    throw damaged('frames', at, `the end states ${count.stated} batches, ${count.found} came before it`);
  if (at !== length) throw damaged('frames', at, `${length - at} bytes follow the end`);
}
