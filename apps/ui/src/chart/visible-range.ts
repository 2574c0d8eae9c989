/** Which time a chart shows: baseline and window whole, and a little around them. Pure. */
import type { TimeWindowJson } from '@mapscope/contract';
import { unixMs } from '../format/instant.ts';

export type MsRange = readonly [number, number];

const MARGIN = 0.04;

export const rangeOf = (window: TimeWindowJson): MsRange => [unixMs(window.from), unixMs(window.to)];

/** In unix milliseconds, whole ones: they become a query. Never later than now, where nothing is yet. */
export function visibleRange(windows: readonly TimeWindowJson[], nowMs: number): MsRange {
  const ranges = windows.map(rangeOf);
  const from = Math.min(...ranges.map((range) => range[0]));
  const to = Math.max(...ranges.map((range) => range[1]));
  const margin = Math.max(1000, (to - from) * MARGIN);
  return [Math.floor(from - margin), Math.ceil(Math.max(to, Math.min(nowMs, to + margin)))];
}
