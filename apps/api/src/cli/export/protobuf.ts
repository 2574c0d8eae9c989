/**
 * The part of protobuf's wire format that a pprof profile takes (protobuf.dev/programming-guides/encoding): varints,
 * length-delimited bytes, packed varints. Negative numbers do not occur. Pure.
 */

export type Bytes = readonly Uint8Array[];

/** Little-endian groups of seven bits, the highest bit says that more follow. Counts reach 2^53 and no further. */
export function varint(value: number | bigint): Uint8Array {
  const groups: number[] = [];
  let rest = BigInt(value);
  do {
    const group = Number(rest & 0x7fn);
    rest >>= 7n;
    groups.push(rest === 0n ? group : group | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(groups);
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const tag = (field: number, type: number): Uint8Array => varint((field << 3) | type);

/** Zero is what an absent field means (proto3), so it is left out. */
export const number = (field: number, value: number | bigint): Bytes =>
  BigInt(value) === 0n ? [] : [tag(field, VARINT), varint(value)];

export function delimited(field: number, content: Bytes): Bytes {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return [tag(field, LENGTH_DELIMITED), varint(length), ...content];
}

export const text = (field: number, value: string): Bytes => delimited(field, [new TextEncoder().encode(value)]);
export const packed = (field: number, values: readonly (number | bigint)[]): Bytes =>
  delimited(field, values.map(varint));

export function joined(content: Bytes): Uint8Array {
  const out = new Uint8Array(content.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of content) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
