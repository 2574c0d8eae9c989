import type { CandidateJson, CodeSiteJson, RootCauseAnswer } from '@mapscope/contract';
import { fileLine, fullPlace, lockWord } from '../format/code-place.ts';
import { count, percent, percentRange, plural } from '../format/number.ts';
import { IntervalBar } from '../parts/interval-bar.tsx';
import { RichText } from '../parts/rich-text.tsx';
import { placeWords } from './cause-words.ts';
import { HolderInTrace } from './holder-in-trace.tsx';
import { TraceLink } from '../parts/trace-link.tsx';
import { Exemplars, Joint, Side } from './side.tsx';

interface LockCardProps {
  readonly verdict: RootCauseAnswer['verdict'];
  readonly lock: CandidateJson;
}

/** Who waited ← who held: the heart of the answer. */
export function LockCard({ verdict, lock }: LockCardProps) {
  return (
    <section className="panel blame" aria-label="Who waited and who held the lock">
      <Side role="waiter" title="Waited here" site={lock.waiter}>
        {plural(lock.waits, 'wait')} for {locksOf(lock)}
        <AlsoWaited sites={lock.alsoWaitedAt} />
        {lock.guards !== undefined && <Guards guards={lock.guards} />}
      </Side>
      {verdict === 'rw-writer-pending' && <SlowReader lock={lock} />}
      <Joint text="held by" />
      <Side role="holder" title="Released here" site={lock.releasedAt}>
        {lock.releasedAtShare !== null && `${percent(lock.releasedAtShare)} of the waited time`}
        {lock.heldBy !== undefined && <HeldBy heldBy={lock.heldBy} />}
        <HolderInTrace lock={lock} />
      </Side>
      {lock.chain !== undefined && <Chain chain={lock.chain} />}
      {lock.hottestLock !== undefined && <HottestLock hottest={lock.hottestLock} />}
      <Exemplars ids={lock.exemplarTraceIds} />
    </section>
  );
}

const locksOf = ({ locks, lockKind }: CandidateJson): string =>
  locks.length > 1 ? `${count(locks.length)} locks (${lockWord(lockKind)})` : `one lock (${lockWord(lockKind)})`;

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

const Guards = ({ guards }: { readonly guards: NonNullable<CandidateJson['guards']> }) => (
  <p>
    <RichText
      text={`It guards ${guards.mapType === '' ? 'the map' : `\`${guards.mapType}\``} used in ${placeWords(guards.site)}: ${percent(guards.share)} of the uses of maps right after it.`}
    />
  </p>
);

const HeldBy = ({ heldBy }: { readonly heldBy: NonNullable<CandidateJson['heldBy']> }) => (
  <p>
    {percent(heldBy.share)} of it by requests of <code>{heldBy.route === '' ? 'no route' : heldBy.route}</code>, longest
    by <TraceLink id={heldBy.traceId} />
  </p>
);

/** The holder waited itself: the end of the chain is what to look at. */
const Chain = ({ chain }: { readonly chain: NonNullable<CandidateJson['chain']> }) => (
  <div className="blame-part">
    <h3>{chain.isCycle ? 'The holders wait for each other in turn' : 'The holder waited meanwhile'}</h3>
    <ol>
      {chain.links.map(({ waiter, lock, releasedAt, share }) => (
        <li key={lock}>
          <RichText text={`in ${placeWords(waiter)} for ${percent(share)} of that time`} />
          {releasedAt !== null && <RichText text={`, until ${placeWords(releasedAt)}`} />}
        </li>
      ))}
    </ol>
  </div>
);

/** A writer that has announced itself stops all new readers until the last old one has left (sync.RWMutex). */
function SlowReader({ lock }: { readonly lock: CandidateJson }) {
  return (
    <>
      <Joint text="behind a writer that waits for" />
      <Side
        role="holder"
        title="The slow reader"
        site={lock.slowReader}
        unknown="a reader that was not seen waiting itself"
      >
        {lock.writerPending !== undefined && `${percent(lock.writerPending)} of the wait began behind that writer`}
      </Side>
    </>
  );
}

function HottestLock({ hottest }: { readonly hottest: NonNullable<CandidateJson['hottestLock']> }) {
  const { address, share, locks } = hottest;
  const words = `${percent(share.value)} of the waits, ${percentRange(share)}; spread evenly it would be ${percent(1 / locks)}`;
  return (
    <div className="blame-part">
      <h3>The lock waited for most, of {count(locks)}</h3>
      <p className="mono small">{address}</p>
      <IntervalBar estimate={share} mark={1 / locks} label={words} />
      <p className="dim small">{words}</p>
    </div>
  );
}
