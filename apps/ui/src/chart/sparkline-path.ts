/** SVG paths for a small line. Gaps stay gaps. Pure. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Room for half the stroke, so that peaks are not cut. */
const PAD = 2;
const round = (value: number): string => String(Math.round(value * 10) / 10);

/** From zero, so that a small wobble does not look like a jump. */
export function sparklinePath(values: readonly (number | null)[], { width, height }: Size): string {
  const top = Math.max(...values.filter((value) => value !== null), 0) || 1;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let isPenDown = false;
  return values
    .map((value, index) => {
      if (value === null) {
        isPenDown = false;
        return '';
      }
      const y = height - PAD - (value / top) * (height - 2 * PAD);
      const command = isPenDown ? 'L' : 'M';
      isPenDown = true;
      return `${command}${round(index * step)} ${round(y)}`;
    })
    .join('');
}

/** Where a window lies among buckets, as begin and width of the drawing; undefined where it is not in it. */
export function windowSpan(
  startUnixMs: readonly number[],
  stepMs: number,
  window: readonly [number, number],
  width: number,
) {
  const [first, last] = [startUnixMs[0], startUnixMs.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const span = last + stepMs - first;
  const [from, to] = window.map((at) => Math.min(1, Math.max(0, (at - first) / span))) as [number, number]; // two in, two out
  return to <= from ? undefined : { x: from * width, width: (to - from) * width };
}
