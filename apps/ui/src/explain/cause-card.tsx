import { Panel } from '../parts/panel.tsx';
import { RichText } from '../parts/rich-text.tsx';
import type { Blamed } from './blamed.ts';
import { otherSide, type Explained } from './explained.ts';
import { LockCard } from './lock-card.tsx';
import { MapCard } from './map-card.tsx';
import { P99Card } from './number-cards.tsx';
import { TimeCard } from './time-card.tsx';

interface CauseCardProps {
  readonly answer: Explained;
  readonly blamed: Blamed;
}

/** The card beside the chart: the cause, or why none is named. */
export function CauseCard({ answer, blamed }: CauseCardProps) {
  switch (blamed.what) {
    case 'lock':
      return <LockCard verdict={answer.verdict} lock={blamed.lock} />;
    case 'time':
      return <TimeCard cause={blamed.cause} />;
    case 'map':
      return <MapCard conflict={blamed.conflict} />;
    case 'nobody':
      return answer.verdict === 'too-little-evidence' ? <TooLittle answer={answer} /> : <Nobody answer={answer} />;
  }
}

const Nobody = ({ answer }: { readonly answer: Explained }) => (
  <div className="stack side-stack">
    <P99Card p99={answer.p99} other={otherSide(answer)} />
    <Panel title="Nobody is blamed" className="card">
      <p className="small">
        Nothing that was weighed explains half of the extra latency with two more facts that agree. That is an answer
        too: blaming the innocent would cost more than looking further.
      </p>
    </Panel>
  </div>
);

const TooLittle = ({ answer }: { readonly answer: Explained }) => (
  <Panel title="What is missing" className="card">
    <ul className="plain-list">
      {answer.reasons.map((reason) => (
        <li key={reason}>
          <RichText text={reason} />
        </li>
      ))}
    </ul>
  </Panel>
);
