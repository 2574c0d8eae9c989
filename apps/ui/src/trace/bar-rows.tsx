import { Fragment } from 'react';
import { duration } from '../format/duration.ts';
import { TONE_WORDS } from '../goroutines/states.ts';
import type { Extent, TraceBar, WaitBar } from './layout.ts';
import { placed } from './placed.ts';
import type { StatePiece } from './states.ts';

/** Deeper rows would leave no room for their names. */
const MAX_INDENT = 12;
const INDENT_PX = 16;

export const indent = (depth: number): { readonly paddingInlineStart: string } => ({
  paddingInlineStart: `${Math.min(depth, MAX_INDENT) * INDENT_PX}px`,
});

/** The waits of a bar, drawn on it. */
export function DrawnWaits({ waits }: { readonly waits: readonly WaitBar[] }) {
  return waits.map((wait, index) => (
    <Fragment key={index}>
      <span className="bar bar-wait" style={placed(wait.waiting)} />
      <span className="bar bar-sched" style={placed(wait.scheduling)} />
    </Fragment>
  ));
}

/** Behind the end of a bar; the lane keeps room for it. */
export function BarText({ extent, lengthMs }: { readonly extent: Extent; readonly lengthMs: number }) {
  return (
    <span className="bar-text" style={{ left: `${extent.leftPct + extent.widthPct}%` }}>
      {duration(lengthMs)}
    </span>
  );
}

/** The request as the probe saw it: one bar, all its waits drawn on it. */
interface RequestRowProps {
  readonly bar: TraceBar;
  /** of its goroutine meanwhile; undefined: the flight recorder does not tell */
  readonly states: readonly StatePiece[] | undefined;
}

export function RequestRow({ bar, states = [] }: RequestRowProps) {
  const { node, extent } = bar;
  if (node.kind !== 'request') return null;
  const { request } = node;
  return (
    <div className="row row-request" tabIndex={-1}>
      <div className="row-name" style={indent(node.depth)}>
        <b>{request.service}</b> {request.method} {request.route}
        {request.end !== 'finished' && <span className="badge badge-hot">{request.end}</span>}
      </div>
      <div className="lane">
        <div
          className="bar bar-request"
          style={placed(extent)}
          title={`${request.route}: ${duration(request.durationMs)}`}
        />
        <DrawnWaits waits={bar.drawn} />
        {states.map((piece, index) => (
          <span
            key={index}
            className={`state-piece go-${piece.tone}`}
            style={placed(piece)}
            title={`goroutine ${request.goroutine} ${TONE_WORDS[piece.tone]}`}
          />
        ))}
        <BarText extent={extent} lengthMs={request.durationMs} />
      </div>
    </div>
  );
}
