import { Table } from '@mantine/core';
import type { ContentionAnswer, ContentionSeriesAnswer, LocksAnswer, PlatformsAnswer } from '@mapscope/contract';
import { contentionSeriesPath, locksPath, pairsPath, platformsPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { FlamePanel } from '../flame/flame-panel.tsx';
import { duration } from '../format/duration.ts';
import { lockWord } from '../format/code-place.ts';
import { count, percent } from '../format/number.ts';
import { Teach } from '../incidents/teach.tsx';
import { CodeSite } from '../parts/code-site.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import { ScopeBar, useServiceScope } from '../scope/scope-bar.tsx';
import type { Scope } from '../scope/scope.ts';
import { LockView } from './lock-view.tsx';
import { MatrixPanel } from './matrix-panel.tsx';
import { PlatformPanel } from './platform-panel.tsx';
import { SeriesPanel } from './series-panel.tsx';

/** Which locks cost a service how much, and who waits for whom. */
export function LocksPage() {
  const { scope, query, isNobody } = useServiceScope('locks');
  const lock = query['lock'];
  return (
    <>
      <ScopeBar page="locks" title={lock === undefined ? 'Locks' : 'One lock'} scope={scope} />
      {isNobody && <Teach />}
      {scope.service !== undefined &&
        (lock === undefined ? <Locks scope={scope} /> : <LockView scope={scope} address={lock} />)}
    </>
  );
}

function Locks({ scope }: { readonly scope: Scope }) {
  const asked = { service: scope.service, from: scope.from, to: scope.to };
  const locks = useAnswer<LocksAnswer>(locksPath(asked), { subject: scope.service });
  const pairs = useAnswer<ContentionAnswer>(pairsPath(asked), { subject: scope.service });
  const platforms = useAnswer<PlatformsAnswer>(platformsPath(asked), { subject: scope.service });
  const series = useAnswer<ContentionSeriesAnswer>(contentionSeriesPath(asked), { subject: scope.service });
  if (locks.problem !== undefined) return <ProblemNote problem={locks.problem} onRetry={locks.retry} />;
  if (locks.value === undefined) return <Loading what="Locks" heights={[260, 200, 260]} />;
  const requestMs = series.value?.requestMs.reduce((sum, ms) => sum + ms, 0);
  return (
    <>
      <SeriesPanel scope={scope} series={series} />
      <LockList locks={locks.value} requestMs={requestMs} scope={scope} />
      {(pairs.value?.items.length ?? 0) > 0 && <MatrixPanel pairs={pairs.value?.items ?? []} />}
      <FlamePanel scope={scope} window={locks.value.window} />
      <PlatformPanel platforms={platforms.value?.items ?? []} />
    </>
  );
}

interface LockListProps {
  readonly locks: LocksAnswer;
  /** Σ request time of the window; undefined: not yet known */
  readonly requestMs: number | undefined;
  readonly scope: Scope;
}

function LockList({ locks: { items, nextCursor }, requestMs, scope }: LockListProps) {
  if (items.length === 0) return null;
  return (
    <Panel
      title="Locks, most waited first"
      aside={<span className="dim small">{nextCursor === null ? '' : `the first ${count(items.length)}`}</span>}
    >
      <DataTable
        label="Locks"
        heads={['Lock', 'Waited at', 'Held at', '#Waited ÷ request time', '#Waited', '#Longest', '#Waits']}
      >
        {items.map(({ address, lockKind, waiter, releasedAt, waits, waitMs, maxWaitMs }) => (
          <Table.Tr key={`${address} ${lockKind}`}>
            <Table.Td>
              <Link href={hrefOf('locks', { ...scope, lock: address })} className="link mono">
                {shortAddress(address)}
              </Link>
              <br />
              <span className="dim small">{lockWord(lockKind)}</span>
            </Table.Td>
            <Table.Td>
              <CodeSite site={waiter} />
            </Table.Td>
            <Table.Td>
              <CodeSite site={releasedAt} />
            </Table.Td>
            <Table.Td className="number">{requestMs ? percent(waitMs / requestMs) : '–'}</Table.Td>
            <Table.Td className="number">{duration(waitMs)}</Table.Td>
            <Table.Td className="number">{duration(maxWaitMs)}</Table.Td>
            <Table.Td className="number">{count(waits)}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Panel>
  );
}

/** 0x000000c000010000 → 0xc000010000 */
const shortAddress = (address: string): string => address.replace(/^0x0+(?=[0-9a-f])/, '0x');
