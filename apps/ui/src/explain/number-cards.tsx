import type { EstimateJson, RootCauseAnswer } from '@mapscope/contract';
import { placeOn, trackEnd } from '../chart/bar-scale.ts';
import { duration } from '../format/duration.ts';
import { percent, percentRange, points, pointsRange, pValue, ratio } from '../format/number.ts';
import { IntervalBar } from '../parts/interval-bar.tsx';
import { Panel } from '../parts/panel.tsx';
import type { Weighing } from './blamed.ts';

/** "wait" of a lock, "time" of everything else. */
type Noun = 'wait' | 'time';

interface Compared {
  /** what the slow requests are compared with: before, the others */
  readonly other: string;
}

export function ShareCard({ explained, noun }: { readonly explained: EstimateJson; readonly noun: Noun }) {
  const words = `${percent(explained.value)} of the extra latency, 95 % interval ${percentRange(explained)}`;
  return (
    <Panel title="Explained share" className="card">
      <p className="big">{percent(explained.value)}</p>
      <p className="dim small">of the extra latency of slow requests is this {noun}</p>
      <IntervalBar estimate={explained} label={words} />
      <p className="small scale">
        <span>95 % interval {percentRange(explained)}</span>
      </p>
    </Panel>
  );
}

/** Effect size: how many more of the slow requests met it than of those before. */
export function EffectCard({ prevalence, pValue: p, doseResponse, other }: Weighing & Compared) {
  const words = `${points(prevalence.value)} points, 95 % interval ${pointsRange(prevalence)}`;
  return (
    <Panel title="Slow requests that met it" className="card">
      <p className="big">{points(prevalence.value)}</p>
      <p className="dim small">points of a hundred more than of {other === 'before' ? 'the requests before' : other}</p>
      <IntervalBar estimate={prevalence} label={words} />
      <p className="small scale">
        <span>95 % interval {pointsRange(prevalence)}</span>
        <span title="G-test of the same table, adjusted over everything that was weighed">G-test p {pValue(p)}</span>
        <span title="Spearman rank correlation of the time spent here and the duration of requests">
          dose {ratio(doseResponse)}
        </span>
      </p>
    </Panel>
  );
}

interface P99CardProps extends Pick<RootCauseAnswer, 'p99'>, Partial<Compared> {
  readonly noun?: Noun;
}

export function P99Card({ p99, noun = 'wait', other = 'before' }: P99CardProps) {
  const { beforeMs, duringMs, counterfactualMs } = p99;
  const end = trackEnd([beforeMs?.high, duringMs?.high, counterfactualMs]);
  const without =
    counterfactualMs === null ? null : { value: counterfactualMs, low: counterfactualMs, high: counterfactualMs };
  return (
    <Panel title={without === null ? `p99 ${other} and during` : 'p99 with and without the cause'} className="card">
      <P99Row name={other} tone="plain" estimate={beforeMs} end={end} />
      <P99Row name="during" tone="wait" estimate={duringMs} end={end} />
      <P99Row name={`without this ${noun}`} tone="good" estimate={without} end={end} />
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
        <span className="dim">
          {name}
          {interval !== '' && <span className="p99-interval">{interval}</span>}
        </span>
        <span className="p99-value">{duration(estimate.value)}</span>
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
  readonly weighing: Weighing;
  readonly threshold: number;
  readonly noun: Noun;
}

export function RatioCard({ weighing, threshold, noun }: RatioCardProps) {
  const { contentionRatio: value, contentionRatioBaseline: baseline } = weighing;
  const end = trackEnd([value, baseline, threshold]);
  const isOver = value >= threshold;
  const title = noun === 'wait' ? 'Contention ratio' : 'Part of all request time';
  const label = `${title}: ${ratio(value)}, baseline ${ratio(baseline)}, threshold ${ratio(threshold)}`;
  return (
    <Panel title={title} className="card">
      <p className="big">{ratio(value)}</p>
      <p className="dim small">
        of all request time was this {noun}; {isOver ? 'above' : 'below'} the threshold
      </p>
      <div className={isOver ? 'track tone-wait' : 'track tone-plain'} role="img" aria-label={label}>
        <div className="track-fill" style={{ width: `${placeOn(value, end)}%` }} />
        <div className="track-mark track-mark-soft" style={{ left: `${placeOn(baseline, end)}%` }} />
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
