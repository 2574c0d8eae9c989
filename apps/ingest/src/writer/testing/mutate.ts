/**
 * Damage to batches, by chance and reproducible. Three depths, so that each layer of checks is reached:
 *
 *   bytes   anything, anywhere: header or block fails its checksum, or a length before it
 *   header  bent, then its checksum mended: the fields themselves are wrong
 *   block   bent, then length and checksum mended (as a faulty agent would send it): only ClickHouse can tell
 */
import { crc32c, decodeBatch, encodeBatch } from '@mapscope/events';
import { below, type Chance } from '../../generate/chance.ts';

export type Depth = 'bytes' | 'header' | 'block';

export interface Mutant {
  readonly depth: Depth;
  readonly value: Uint8Array;
}

const DEPTHS: readonly Depth[] = ['bytes', 'bytes', 'header', 'block'];
const MAX_EDITS = 4;
/** Numbers at which lengths and counts go wrong. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
/** batch.ts of libs/events: where the header says how long it is, and how long its checksum is. */
const HEADER_BYTES_AT = 8;
const CRC_BYTES = 4;

export function mutate(sample: Uint8Array, other: Uint8Array, random: Chance): Mutant {
  const depth = DEPTHS[below(random, DEPTHS.length)] ?? 'bytes';
  switch (depth) {
    case 'bytes':
      return { depth, value: bent(sample, other, random) };
    case 'header':
      return { depth, value: bentHeader(sample, random) };
    case 'block': {
      const { header, block } = decodeBatch(sample);
      return { depth, value: encodeBatch(header, bent(block, decodeBatch(other).block, random)) };
    }
  }
}

function bentHeader(sample: Uint8Array, random: Chance): Uint8Array {
  const value = Uint8Array.from(sample);
  const view = new DataView(value.buffer);
  const crcAt = view.getUint32(HEADER_BYTES_AT, true) - CRC_BYTES;
  for (let edit = below(random, MAX_EDITS); edit >= 0; edit--) overwrite(value, below(random, crcAt), random);
  view.setUint32(crcAt, crc32c(value.subarray(0, crcAt)), true);
  return value;
}

function bent(from: Uint8Array, other: Uint8Array, random: Chance): Uint8Array {
  let value: Uint8Array = Uint8Array.from(from);
  for (let edit = below(random, MAX_EDITS); edit >= 0; edit--) value = edited(value, other, random);
  return value;
}

function edited(value: Uint8Array, other: Uint8Array, random: Chance): Uint8Array {
  const at = below(random, value.length + 1);
  const length = below(random, 64);
  switch (below(random, 7)) {
    case 6:
      // Of a block: another one behind it.
      return joined(value, other);
    case 0:
      return value.slice(0, at);
    case 1:
      return joined(value.subarray(0, at), value.subarray(at + length));
    case 2:
      return joined(value.subarray(0, at), value.subarray(at, at + length), value.subarray(at));
    case 3:
      return joined(value.subarray(0, at), other.subarray(below(random, other.length + 1)));
    default:
      overwrite(value, at, random);
      return value;
  }
}

/** A bit, a byte, or a number of four bytes. */
function overwrite(value: Uint8Array, at: number, random: Chance): void {
  if (at >= value.length) return;
  const choice = below(random, 3);
  if (choice === 0) value[at] = (value[at] ?? 0) ^ (1 << below(random, 8));
  else if (choice === 1 || at + 4 > value.length) value[at] = below(random, 256);
  else new DataView(value.buffer).setUint32(at, EXTREMES[below(random, EXTREMES.length)] ?? 0, true);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
