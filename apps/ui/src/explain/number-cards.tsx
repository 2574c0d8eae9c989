import type { EstimateJson, RootCauseAnswer } from '@mapscope/contract';
import { placeOn, trackEnd } from '../chart/bar-scale.ts';
import { duration } from '../format/duration.ts';
import { percent, percentRange, ratio } from '../format/number.ts';
import { IntervalBar } from '../parts/interval-bar.tsx';
import { Panel } from '../parts/panel.tsx';

export function ShareCard({ explained }: { readonly explained: EstimateJson }) {
  const words = `${percent(explained.value)} of the extra latency, 95 % interval ${percentRange(explained)}`;
  return (
    <Panel title="Explained share" className="card">
      <p className="big">{percent(explained.value)}</p>
      <p className="dim small">of the extra latency of slow requests is this wait</p>
      <IntervalBar estimate={explained} label={words} />
      <p className="small scale">
        <span>0 %</span>
        <span>95 % interval {percentRange(explained)}</span>
        <span>100 %</span>
      </p>
    </Panel>
  );
}

export function P99Card({ p99 }: Pick<RootCauseAnswer, 'p99'>) {
  const { beforeMs, duringMs, counterfactualMs } = p99;
  const end = trackEnd([beforeMs?.high, duringMs?.high, counterfactualMs]);
  const without =
    counterfactualMs === null ? null : { value: counterfactualMs, low: counterfactualMs, high: counterfactualMs };
  return (
    <Panel title="p99" className="card">
      <P99Row name="before" tone="plain" estimate={beforeMs} end={end} />
      <P99Row name="during" tone="wait" estimate={duringMs} end={end} />
      <P99Row name="without this wait" tone="good" estimate={without} end={end} />
    </Panel>
  );
}

interface P99RowProps {
  readonly name: string;
  readonly tone: 'plain' | 'wait' | 'good';
  readonly estimate: EstimateJson | null;
  readonly end: number;
}

function P99Row({ name, tone, estimate, end }: P99RowProps) {
  if (estimate === null) return null;
  const interval = estimate.high > estimate.low ? `${duration(estimate.low)} – ${duration(estimate.high)}` : '';
  return (
    <div className="p99-row">
      <p>
        <span className="dim">{name}</span>
        <span className="p99-value" title={interval === '' ? undefined : `95 % interval ${interval}`}>
          {duration(estimate.value)}
        </span>
      </p>
      <IntervalBar
        estimate={estimate}
        end={end}
        tone={tone}
        label={`p99 ${name}: ${duration(estimate.value)} ${interval}`}
      />
    </div>
  );
}

interface RatioCardProps {
  readonly value: number;
  readonly baseline: number | null;
  readonly threshold: number;
}

export function RatioCard({ value, baseline, threshold }: RatioCardProps) {
  const end = trackEnd([value, baseline, threshold]);
  const isOver = value >= threshold;
  const label = `contention ratio ${ratio(value)}, baseline ${ratio(baseline)}, threshold ${ratio(threshold)}`;
  return (
    <Panel title="Contention ratio" className="card">
      <p className="big">{ratio(value)}</p>
      <p className="dim small">of all request time was this wait; {isOver ? 'above' : 'below'} the threshold</p>
      <div className={isOver ? 'track tone-wait' : 'track tone-plain'} role="img" aria-label={label}>
        <div className="track-fill" style={{ width: `${placeOn(value, end)}%` }} />
        {baseline !== null && (
          <div className="track-mark track-mark-soft" style={{ left: `${placeOn(baseline, end)}%` }} />
        )}
        <div className="track-mark" style={{ left: `${placeOn(threshold, end)}%` }} />
      </div>
      <p className="small scale">
        <span>
          <i className="tick tick-soft" /> baseline {ratio(baseline)}
        </span>
        <span>
          <i className="tick" /> threshold {ratio(threshold)}
        </span>
      </p>
    </Panel>
  );
}
