import type { ReactNode } from 'react';
import { visibleRange, type MsRange } from '../chart/visible-range.ts';
import { duration } from '../format/duration.ts';
import { timeSpan, unixMs } from '../format/instant.ts';
import { platformWords } from '../format/platform.ts';
import { Panel } from '../parts/panel.tsx';
import { RichText } from '../parts/rich-text.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import { AccountPanel } from './account-panel.tsx';
import { accountOf } from './account.ts';
import { AdvicePanels } from './advice-panel.tsx';
import { AllWaits } from './all-waits.tsx';
import { AttributesPanel } from './attributes-panel.tsx';
import type { Brush } from './brush.ts';
import { blamedOf, weighingOf, type Blamed } from './blamed.ts';
import { CauseCard } from './cause-card.tsx';
import { headlineOf } from './cause-words.ts';
import { otherSide, type Explained } from './explained.ts';
import { findingsOf } from './findings.ts';
import { LatencyPanel, type Brushing } from './latency-panel.tsx';
import { EffectCard, P99Card, RatioCard, ShareCard } from './number-cards.tsx';
import type { ProbeMark } from './probe-marks.ts';
import { CoverageLine, Platforms, Reasons, RuledOut } from './proof.tsx';
import { WeighedTable } from './weighed-table.tsx';
import { WindowForm } from './window-form.tsx';

interface AnswerProps {
  readonly answer: Explained;
  /** an answer to an earlier question, while the next one comes */
  readonly isStale: boolean;
  readonly again: ReactNode;
  readonly brushing: Brushing;
  readonly probeMarks: (range: MsRange) => readonly ProbeMark[];
}

export function Answer({ answer, isStale, again, brushing, probeMarks }: AnswerProps) {
  const blamed = blamedOf(answer);
  const account = accountOf(answer, blamed);
  return (
    <article className={isStale ? 'explain is-stale' : 'explain'} aria-busy={isStale}>
      <Verdict answer={answer} blamed={blamed} again={again} />
      <div className="explain-top">
        <LatencyPanel cause={answer} {...brushing} probeMarks={probeMarks} />
        <CauseCard answer={answer} blamed={blamed} />
      </div>
      <Numbers answer={answer} blamed={blamed} />
      {account !== undefined && <AccountPanel account={account} answer={answer} />}
      <AdvicePanels answer={answer} />
      <Proof answer={answer} blamed={blamed} />
      <AllWaits answer={answer} />
      <Panel title="Explain other requests">
        <WindowForm
          window={answer.window}
          brush={brushing.brush}
          onExplain={(brush) => brushing.onBrush(brush, viewFor(answer, brush, brushing.view))}
        />
      </Panel>
      <Further answer={answer} />
      <CoverageLine answer={answer} />
    </article>
  );
}

/** The same service and time on the other pages. */
function Further({ answer: { service, window, baseline } }: { readonly answer: Explained }) {
  const about = { service, from: window.from, to: window.to };
  return (
    <p className="small further">
      <span className="dim">Of this time:</span>
      <Link href={hrefOf('locks', { ...about, baselineFrom: baseline.from, baselineTo: baseline.to })}>Locks</Link>
      <Link href={hrefOf('maps', about)}>Maps</Link>
      <Link href={hrefOf('goroutines', about)}>Goroutines</Link>
      <Link href={hrefOf('crashes', about)}>Crashes</Link>
      <Link href={hrefOf('services', { from: window.from, to: window.to })}>Who calls whom</Link>
    </p>
  );
}

/** The chart stays where it is, unless the time asked for is not on it. */
function viewFor(answer: Explained, { time }: Brush, view: MsRange | undefined): MsRange {
  const shown = view ?? visibleRange([answer.baseline, answer.window], Date.now());
  if (time[0] >= shown[0] && time[1] <= shown[1]) return shown;
  const around = time[1] - time[0];
  return [Math.floor(time[0] - around), Math.ceil(time[1] + around)];
}

interface JudgedProps {
  readonly answer: Explained;
  readonly blamed: Blamed;
}

function Verdict({ answer, blamed, again }: JudgedProps & { readonly again: ReactNode }) {
  const { window, service, route, platform, confidence } = answer;
  const about = [service, route, platform === null ? null : platformWords(platform)]
    .filter((part) => part !== null)
    .join(' · ');
  return (
    <header className="verdict">
      <div className="verdict-meta">
        <VerdictBadge verdict={answer.verdict} />
        <span className="badge badge-faint">{confidence} confidence</span>
        <span className="dim">
          {about}, {timeSpan(window.from, window.to, Date.now())} ({duration(unixMs(window.to) - unixMs(window.from))})
        </span>
        <span className="grow" />
        {again}
      </div>
      <h1>
        <RichText text={headlineOf(answer, blamed)} />
      </h1>
      <p className="lead">
        <RichText text={answer.sentence} />
      </p>
    </header>
  );
}

function Numbers({ answer, blamed }: JudgedProps) {
  const { p99, contentionThreshold } = answer;
  const weighing = weighingOf(blamed);
  const noun = blamed.what === 'lock' ? 'wait' : 'time';
  if (weighing === undefined) {
    // Where nobody is blamed the card stands beside the chart.
    return blamed.what === 'map' ? (
      <div className="cards">
        <P99Card p99={p99} other={otherSide(answer)} />
      </div>
    ) : null;
  }
  return (
    <div className="cards">
      <ShareCard explained={weighing.explained} noun={noun} />
      <P99Card p99={p99} noun={noun} other={otherSide(answer)} />
      <EffectCard {...weighing} other={otherSide(answer)} />
      <RatioCard weighing={weighing} threshold={contentionThreshold} noun={noun} />
    </div>
  );
}

const aloneHref = ({ service, route, window }: Explained, platform: string): string =>
  hrefOf('explain', { service, route: route ?? undefined, platform, ...window });

function Proof({ answer, blamed }: JudgedProps) {
  const { candidates, timeCauses = [], attributes = [], platforms } = answer;
  // With too little evidence the reasons are what is missing, and stand beside the chart.
  const { proof, also, ruledOut } = findingsOf(answer.verdict === 'too-little-evidence' ? [] : answer.reasons);
  return (
    <>
      <div className="two">
        {proof.length + also.length > 0 && (
          <Panel title="Proof">
            <Reasons reasons={[...proof, ...also.map((line) => `also ${line}`)]} />
          </Panel>
        )}
        {ruledOut.length > 0 && (
          <Panel title="Ruled out, and why">
            <RuledOut items={ruledOut} />
          </Panel>
        )}
      </div>
      {candidates.length + timeCauses.length > 0 && (
        <Panel title="Everything that was weighed">
          <WeighedTable answer={answer} blamed={blamed} />
        </Panel>
      )}
      {attributes.length > 0 && <AttributesPanel answer={answer} attributes={attributes} />}
      {platforms.length > 0 && (
        <Panel title="Platforms">
          <Platforms
            platforms={platforms}
            hrefOf={answer.platform === null ? (one) => aloneHref(answer, one) : undefined}
          />
        </Panel>
      )}
    </>
  );
}
