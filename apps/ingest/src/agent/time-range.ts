/** The earliest and the latest of a column of times. Pure. */

/** In halves of 32 bits: a BigInt would be an object per row. */
export function timeRange(times: BigInt64Array): readonly [first: bigint, last: bigint] {
  const low = new Uint32Array(times.buffer, times.byteOffset, 2 * times.length);
  const high = new Int32Array(times.buffer, times.byteOffset, 2 * times.length);
  let [first, last] = [0, 0];
  for (let at = 0; at < high.length; at += 2) {
    const [upper, lower] = [high[at + 1] ?? 0, low[at] ?? 0];
    const [firstUpper, lastUpper] = [high[first + 1] ?? 0, high[last + 1] ?? 0];
    if (upper < firstUpper || (upper === firstUpper && lower < (low[first] ?? 0))) first = at;
    if (upper > lastUpper || (upper === lastUpper && lower > (low[last] ?? 0))) last = at;
  }
  return [times[first >>> 1] ?? 0n, times[last >>> 1] ?? 0n];
}
