import { count, percent, ratio } from '../format/number.ts';
import { RichText } from '../parts/rich-text.tsx';
import type { TimeCauseJson } from './blamed.ts';
import { timeWords } from './cause-words.ts';
import { Exemplars, Side } from './side.tsx';

type Kind = TimeCauseJson['kind'];

/** What is behind each, for who meets the word for the first time. */
const MEANING: Readonly<Record<Kind, string>> = {
  gc: 'Go makes a goroutine that allocates help the collector (GC assist), and stops all of them at the begin and the end of each cycle.',
  scheduler: 'A goroutine that is ready waits in a run queue until a CPU of GOMAXPROCS is free.',
  downstream: 'From sending the request to reading the first byte of the answer, at this end of the call.',
  channel:
    'A goroutine that sends to a full channel, or receives from an empty one, is parked until the other end comes.',
  cpu: 'What is left of the requests when all their waits are taken away.',
};

const MET: Readonly<Record<Kind, string>> = {
  gc: 'assists and stops of the world',
  scheduler: 'waits for a CPU',
  downstream: 'calls',
  channel: 'waits',
  cpu: 'stretches',
};

/** The time that is blamed: what it was, where, and how often requests met it. */
export function TimeCard({ cause }: { readonly cause: TimeCauseJson }) {
  const { kind, host, site, events } = cause;
  return (
    <section className="panel blame" aria-label="What the time was spent on">
      {kind === 'channel' ? (
        <Side role="waiter" title="Waited here" site={site} unknown="its line could not be read">
          <Met kind={kind} events={events} />
        </Side>
      ) : (
        <div className="side side-waiter">
          <h3>The time went to</h3>
          <p className="side-function">
            {kind === 'downstream' && host !== null && host !== '' ? host : <RichText text={timeWords(cause)} />}
          </p>
          <div className="dim small side-notes">
            <Met kind={kind} events={events} />
          </div>
        </div>
      )}
      <div className="blame-part">
        <p className="small">{MEANING[kind]}</p>
        <p className="dim small">
          {percent(cause.contentionRatio)} of all request time, {percent(cause.contentionRatioBaseline)} before; rank
          correlation with the duration {ratio(cause.doseResponse)}.
        </p>
      </div>
      <Exemplars ids={cause.exemplarTraceIds} />
    </section>
  );
}

const Met = ({ kind, events }: { readonly kind: Kind; readonly events: number }) =>
  events > 0 ? `${count(events)} ${MET[kind]}, met by requests of the window` : null;
