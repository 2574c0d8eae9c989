import { Fragment } from 'react';
import { duration } from '../format/duration.ts';
import { plural } from '../format/number.ts';
import type { RequestBar, TraceLayout, WaitBar } from './layout.ts';
import { placed } from './placed.ts';
import { WaitRow } from './wait-row.tsx';

/** More rows would only slow the page; the longest are kept, the rest is counted. */
const MAX_WAITS = 200;

interface WaterfallProps {
  readonly layout: TraceLayout;
}

export function Waterfall({ layout }: WaterfallProps) {
  return (
    <div className="waterfall">
      <Axis layout={layout} />
      {layout.requests.map((bar) => (
        <Fragment key={`${bar.request.spanId} ${bar.startMs}`}>
          <RequestRow bar={bar} />
          <WaitRows waits={bar.waits} depth={bar.depth} />
        </Fragment>
      ))}
      {layout.strayWaits.length > 0 && (
        <>
          <div className="row row-title">outside of every stored request</div>
          <WaitRows waits={layout.strayWaits} depth={0} />
        </>
      )}
    </div>
  );
}

function Axis({ layout: { ticks, spanMs } }: WaterfallProps) {
  return (
    <div className="row row-axis" aria-hidden="true">
      <div className="row-name" />
      <div className="lane">
        {ticks.map((ms) => (
          <span key={ms} className="axis-tick" style={{ left: `${(ms / spanMs) * 100}%` }}>
            {ms === 0 ? '0' : duration(ms)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The request as one bar, its own waits drawn on it. */
function RequestRow({ bar }: { readonly bar: RequestBar }) {
  const { request, depth, extent, waits } = bar;
  return (
    <div className="row row-request">
      <div className="row-name" style={{ paddingInlineStart: `${depth * 16}px` }}>
        <b>{request.service}</b> {request.method} {request.route}
        {request.end === 'abandoned' && <span className="badge badge-hot">abandoned</span>}
      </div>
      <div className="lane">
        <div
          className="bar bar-request"
          style={placed(extent)}
          title={`${request.route}: ${duration(request.durationMs)}`}
        />
        {waits.map((wait, index) => (
          <Fragment key={index}>
            <div className="bar bar-wait" style={placed(wait.waiting)} />
            <div className="bar bar-sched" style={placed(wait.scheduling)} />
          </Fragment>
        ))}
        <span className="bar-text" style={{ left: `${extent.leftPct + extent.widthPct}%` }}>
          {duration(request.durationMs)}
        </span>
      </div>
    </div>
  );
}

function WaitRows({ waits, depth }: { readonly waits: readonly WaitBar[]; readonly depth: number }) {
  const longest = waits.length <= MAX_WAITS ? waits : longestOf(waits);
  return (
    <>
      {longest.map((bar, index) => (
        <WaitRow key={index} bar={bar} depth={depth + 1} />
      ))}
      {waits.length > MAX_WAITS && (
        <div className="row row-title dim">
          {plural(waits.length - MAX_WAITS, 'shorter wait')} not drawn; the table has all
        </div>
      )}
    </>
  );
}

function longestOf(waits: readonly WaitBar[]): readonly WaitBar[] {
  const bound = waits.map(({ wait }) => wait.waitMs).sort((a, b) => b - a)[MAX_WAITS - 1] ?? 0;
  return waits.filter(({ wait }) => wait.waitMs >= bound).slice(0, MAX_WAITS);
}
