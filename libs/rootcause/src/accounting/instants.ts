/**
 * Unix nanoseconds as numbers since an origin. A day is 8.64e13, exact in a double. The 64-bit words are read as two
 * halves (little-endian, as all machines that run this are): 700 000 BigInt objects cost more than the whole subtraction.
 */
const HALF = 2 ** 32;

export function sinceOrigin(instants: BigInt64Array, origin: bigint, count = instants.length): Float64Array {
  const halves = new Int32Array(instants.buffer, instants.byteOffset, instants.length * 2);
  const high = Number(origin >> 32n);
  const low = Number(origin & 0xffff_ffffn);
  const since = new Float64Array(count);
  for (let i = 0; i < count; i += 1)
    since[i] = ((halves[2 * i + 1] ?? 0) - high) * HALF + (((halves[2 * i] ?? 0) >>> 0) - low);
  return since;
}
