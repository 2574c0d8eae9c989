import { Fragment } from 'react';
import { duration } from '../format/duration.ts';
import { plural } from '../format/number.ts';
import { RequestRow } from './bar-rows.tsx';
import type { TraceLayout, WaitBar } from './layout.ts';
import { SpanRow } from './span-row.tsx';
import { WaitRow } from './wait-row.tsx';

/** As many as a browser draws without effort. */
const MAX_BARS = 500;
/** More rows would only slow the page; the longest are kept, the rest is counted. */
const MAX_WAITS = 200;

interface WaterfallProps {
  readonly layout: TraceLayout;
}

export function Waterfall({ layout }: WaterfallProps) {
  return (
    <div className="waterfall">
      <Axis layout={layout} />
      {layout.bars.slice(0, MAX_BARS).map((bar, index) => (
        <Fragment key={index}>
          {bar.node.kind === 'request' ? <RequestRow bar={bar} /> : <SpanRow bar={bar} />}
          <WaitRows waits={bar.listed} depth={bar.node.depth} />
        </Fragment>
      ))}
      {layout.bars.length > MAX_BARS && (
        <div className="row row-title dim">
          {plural(layout.bars.length - MAX_BARS, 'further span')} not drawn; the table has all
        </div>
      )}
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
