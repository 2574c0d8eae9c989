import type { CandidateJson, CodeSiteJson, RootCauseAnswer } from '@mapscope/contract';
import type { ReactNode } from 'react';
import { fileLine, fullPlace, isKnown, lockWord, shortFunction } from '../format/code-place.ts';
import { count, percent, plural } from '../format/number.ts';
import { TraceLink } from '../parts/trace-link.tsx';

interface BlameCardProps {
  readonly answer: RootCauseAnswer;
  readonly blamed: CandidateJson;
}

/** Who waited ← who held: the heart of the answer. */
export function BlameCard({ answer, blamed }: BlameCardProps) {
  return (
    <section className="panel blame" aria-label="Who waited and who held the lock">
      <Side role="waiter" title="Waited here" site={answer.waiter}>
        {plural(blamed.waits, 'wait')} for {lockOf(blamed)}
        <AlsoWaited sites={blamed.alsoWaitedAt} />
      </Side>
      <div className="blame-arrow">
        <span>held by</span>
      </div>
      <Side role="holder" title="Released here" site={answer.releasedAt}>
        {blamed.releasedAtShare !== null && `${percent(blamed.releasedAtShare)} of the waited time`}
      </Side>
      {answer.exemplarTraceIds.length > 0 && (
        <div className="blame-traces">
          <h3>See it in a trace</h3>
          <p>
            {answer.exemplarTraceIds.map((id) => (
              <TraceLink key={id} id={id} />
            ))}
          </p>
        </div>
      )}
    </section>
  );
}

const lockOf = ({ locks, lockKind }: CandidateJson): string =>
  locks.length > 1 ? `${count(locks.length)} locks (${lockWord(lockKind)})` : `one lock (${lockWord(lockKind)})`;

interface SideProps {
  readonly role: 'waiter' | 'holder';
  readonly title: string;
  readonly site: CodeSiteJson | null;
  readonly children: ReactNode;
}

function Side({ role, title, site, children }: SideProps) {
  return (
    <div className={`side side-${role}`}>
      <h3>{title}</h3>
      {isKnown(site) ? (
        <>
          <p className="side-function" title={fullPlace(site)}>
            {shortFunction(site.function)}
          </p>
          <p className="side-line">{fileLine(site)}</p>
        </>
      ) : (
        <p className="dim">its stack could not be read</p>
      )}
      <p className="dim small">{children}</p>
    </div>
  );
}

function AlsoWaited({ sites }: { readonly sites: readonly CodeSiteJson[] }) {
  if (sites.length === 0) return null;
  return (
    <>
      {'; also in '}
      {sites.map((site, index) => (
        <span key={fullPlace(site)} title={fullPlace(site)}>
          {index > 0 && ', '}
          <code>{fileLine(site)}</code>
        </span>
      ))}
    </>
  );
}
