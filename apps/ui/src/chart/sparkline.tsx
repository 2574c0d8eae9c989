import type { LatencyAnswer } from '@mapscope/contract';
import { duration } from '../format/duration.ts';
import { sparklinePath, windowSpan } from './sparkline-path.ts';
import type { MsRange } from './visible-range.ts';

interface SparklineProps {
  readonly latency: LatencyAnswer;
  /** marked: the incident */
  readonly window?: MsRange;
}

const SIZE = { width: 220, height: 44 };

export function Sparkline({ latency, window }: SparklineProps) {
  const { startUnixMs, p99Ms } = latency.series;
  const known = p99Ms.filter((value) => value !== null);
  const marked = window === undefined ? undefined : windowSpan(startUnixMs, latency.stepMs, window, SIZE.width);
  const label =
    known.length === 0 ? 'no requests' : `p99 from ${duration(Math.min(...known))} to ${duration(Math.max(...known))}`;
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {marked !== undefined && (
        <rect className="sparkline-window" x={marked.x} width={marked.width} height={SIZE.height} />
      )}
      <path className="sparkline-line" d={sparklinePath(p99Ms, SIZE)} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
