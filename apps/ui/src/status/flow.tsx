import type { PipelineTotals } from '@mapscope/contract';
import { count } from '../format/number.ts';
import { flowState, FLOW_WORDS, lostOf } from './status-view.ts';

/** submitted = published = inserted, or where it is not. */
export function Flow({ totals }: { readonly totals: PipelineTotals }) {
  const { ringSubmitted, published, inserted } = totals;
  const lost = lostOf(totals);
  const state = flowState(totals);
  return (
    <>
      <div className="flow">
        <Stage name="submitted by probes" events={ringSubmitted} />
        <Sign isSame={ringSubmitted === published} />
        <Stage name="published to Kafka" events={published} />
        <Sign isSame={published === inserted} />
        <Stage name="inserted into ClickHouse" events={inserted} />
        <div className={lost > 0 ? 'stage stage-lost is-hot' : 'stage stage-lost'}>
          <p className="big">{count(lost)}</p>
          <p className="dim small">lost</p>
        </div>
      </div>
      <p className={`flow-words flow-${state}`}>{FLOW_WORDS[state]}</p>
    </>
  );
}

function Stage({ name, events }: { readonly name: string; readonly events: number }) {
  return (
    <div className="stage">
      <p className="big">{count(events)}</p>
      <p className="dim small">{name}</p>
    </div>
  );
}

function Sign({ isSame }: { readonly isSame: boolean }) {
  return <span className={isSame ? 'flow-sign' : 'flow-sign flow-sign-off'}>{isSame ? '=' : '≠'}</span>;
}
