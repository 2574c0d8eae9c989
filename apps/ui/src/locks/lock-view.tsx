import type { LockAnswer } from '@mapscope/contract';
import { lockPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { FlamePanel } from '../flame/flame-panel.tsx';
import { duration } from '../format/duration.ts';
import { lockWord } from '../format/code-place.ts';
import { count } from '../format/number.ts';
import { CodeSite } from '../parts/code-site.tsx';
import { Facts } from '../parts/facts.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { TraceLink } from '../parts/trace-link.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import type { Scope } from '../scope/scope.ts';
import { MatrixPanel } from './matrix-panel.tsx';
import { PlatformPanel } from './platform-panel.tsx';

interface LockViewProps {
  readonly scope: Scope;
  readonly address: string;
}

export function LockView({ scope, address }: LockViewProps) {
  const asked = { service: scope.service, from: scope.from, to: scope.to };
  const { value, problem, retry } = useAnswer<LockAnswer>(lockPath(address, asked), {
    subject: `${scope.service} ${address}`,
  });
  const back = <Link href={hrefOf('locks', { ...scope })}>All locks of {scope.service}</Link>;
  if (problem !== undefined)
    return (
      <>
        <p>{back}</p>
        <ProblemNote problem={problem} onRetry={retry} />
      </>
    );
  if (value === undefined) return <Loading what="Lock" heights={[120, 220, 240]} />;
  return (
    <>
      <p>{back}</p>
      <LockTotals lock={value} />
      <MatrixPanel pairs={value.matrix} />
      <FlamePanel scope={scope} window={value.window} lock={address} />
      <GuardedMaps guards={value.guards} />
      <PlatformPanel platforms={value.platforms} />
    </>
  );
}

function LockTotals({ lock }: { readonly lock: LockAnswer }) {
  return (
    <Panel title={`${lock.lockKinds.map(lockWord).join(', ')} at ${lock.address}`}>
      <Facts
        facts={[
          ['waits', count(lock.waits)],
          ['waited', duration(lock.waitMs)],
          ['longest', duration(lock.maxWaitMs)],
          ['then ready, not running', duration(lock.schedMs)],
          ['processes', count(lock.processes)],
        ]}
      />
      {lock.exemplarTraceIds.length > 0 && (
        <p className="small traces">
          Waited longest in{' '}
          {lock.exemplarTraceIds.map((id) => (
            <TraceLink key={id} id={id} />
          ))}
        </p>
      )}
    </Panel>
  );
}

function GuardedMaps({ guards }: Pick<LockAnswer, 'guards'>) {
  if (guards.length === 0) return null;
  return (
    <Panel title="Maps used right after it">
      <ul className="plain-list">
        {guards.map(({ mapType, site, count: times }, i) => (
          <li key={i}>
            <code>{mapType}</code> <span className="dim">{count(times)} times at</span> <CodeSite site={site} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
