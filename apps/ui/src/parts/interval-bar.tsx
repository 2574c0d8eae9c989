import type { EstimateJson } from '@mapscope/contract';
import { placeOn } from '../chart/bar-scale.ts';

interface IntervalBarProps {
  readonly estimate: EstimateJson;
  /** where the track ends; shares end at 1 */
  readonly end?: number;
  /** what it is compared with, as a line across the track */
  readonly mark?: number;
  readonly tone?: 'wait' | 'hold' | 'good' | 'plain';
  readonly label: string;
}

/** A value as a bar, its 95 % interval as a whisker over it. */
export function IntervalBar({ estimate, end = 1, mark, tone = 'wait', label }: IntervalBarProps) {
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((at) => placeOn(at, end)) as [
    number,
    number,
    number,
  ]; // three in, three out
  return (
    <div className={`track tone-${tone}`} role="img" aria-label={label}>
      <div className="track-fill" style={{ width: `${value}%` }} />
      {mark !== undefined && <div className="track-mark track-mark-soft" style={{ left: `${placeOn(mark, end)}%` }} />}
      {high > low && <div className="track-whisker" style={{ left: `${low}%`, width: `${high - low}%` }} />}
    </div>
  );
}
