/** Places on a track from nought to the end, in percent. Pure. */

/** A little air behind the largest value; never nothing, so that nothing divides by it. */
export const trackEnd = (values: readonly (number | null | undefined)[]): number =>
  (Math.max(
    0,
    ...values.filter((value): value is number => value !== null && value !== undefined && Number.isFinite(value)),
  ) || 1) * 1.08;

/** Cut to the track: an estimate outside it is drawn at its edge. */
export const placeOn = (value: number, end: number): number =>
  Number.isFinite(value) ? Math.min(100, Math.max(0, (value / end) * 100)) : 0;
