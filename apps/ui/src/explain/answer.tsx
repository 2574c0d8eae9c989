import type { CandidateJson, RootCauseAnswer } from '@mapscope/contract';
import type { ReactNode } from 'react';
import type { MsRange } from '../chart/visible-range.ts';
import { duration } from '../format/duration.ts';
import { timeSpan, unixMs } from '../format/instant.ts';
import { splitSentences } from '../format/sentence.ts';
import { Panel } from '../parts/panel.tsx';
import { RichText } from '../parts/rich-text.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { AllWaits } from './all-waits.tsx';
import { BlameCard } from './blame-card.tsx';
import { blamedOf } from './blame.ts';
import { CandidatesTable } from './candidates-table.tsx';
import { LatencyPanel } from './latency-panel.tsx';
import { P99Card, RatioCard, ShareCard } from './number-cards.tsx';
import { CoverageLine, Platforms, Reasons } from './proof.tsx';
import { WindowForm } from './window-form.tsx';

interface AnswerProps {
  readonly answer: RootCauseAnswer;
  /** an answer to an earlier question, while the next one comes */
  readonly isStale: boolean;
  readonly again: ReactNode;
  readonly onExplain: (range: MsRange) => void;
}

export function Answer({ answer, isStale, again, onExplain }: AnswerProps) {
  const blamed = blamedOf(answer);
  return (
    <article className={isStale ? 'explain is-stale' : 'explain'} aria-busy={isStale}>
      <Verdict answer={answer} again={again} />
      <div className="explain-top">
        <LatencyPanel cause={answer} onExplain={onExplain} />
        {blamed !== undefined && <BlameCard answer={answer} blamed={blamed} />}
        {blamed === undefined && answer.p99.duringMs !== null && <P99Card p99={answer.p99} />}
      </div>
      {blamed !== undefined && <Numbers answer={answer} />}
      <Proof answer={answer} blamed={blamed} />
      <AllWaits answer={answer} />
      <Panel title="Another time">
        <WindowForm window={answer.window} onExplain={onExplain} />
      </Panel>
      <CoverageLine answer={answer} />
    </article>
  );
}

function Verdict({ answer, again }: Pick<AnswerProps, 'answer' | 'again'>) {
  const [headline = '', ...rest] = splitSentences(answer.sentence);
  const { window, service, route, platform } = answer;
  const about = [service, route, platform].filter((part) => part !== null).join(' · ');
  return (
    <header className="verdict">
      <div className="verdict-meta">
        <VerdictBadge verdict={answer.verdict} />
        <span className="dim">
          {about}, {timeSpan(window.from, window.to, Date.now())} ({duration(unixMs(window.to) - unixMs(window.from))})
        </span>
        <span className="grow" />
        {again}
      </div>
      <h1>
        <RichText text={headline} />
      </h1>
      <p className="lead">
        <RichText text={rest.join(' ')} />
      </p>
    </header>
  );
}

function Numbers({ answer }: { readonly answer: RootCauseAnswer }) {
  const { explained, p99, contentionRatio, contentionRatioBaseline, contentionThreshold } = answer;
  return (
    <div className="cards">
      {explained !== null && <ShareCard explained={explained} />}
      <P99Card p99={p99} />
      {contentionRatio !== null && (
        <RatioCard value={contentionRatio} baseline={contentionRatioBaseline} threshold={contentionThreshold} />
      )}
    </div>
  );
}

function Proof({ answer, blamed }: { readonly answer: RootCauseAnswer; readonly blamed: CandidateJson | undefined }) {
  return (
    <>
      {answer.candidates.length > 0 && (
        <Panel title="Everything that was weighed">
          <CandidatesTable candidates={answer.candidates} blamed={blamed} />
        </Panel>
      )}
      <div className="two">
        {answer.reasons.length > 0 && (
          <Panel title="Reasons">
            <Reasons reasons={answer.reasons} />
          </Panel>
        )}
        {answer.platforms.length > 0 && (
          <Panel title="Platforms">
            <Platforms platforms={answer.platforms} />
          </Panel>
        )}
      </div>
    </>
  );
}
