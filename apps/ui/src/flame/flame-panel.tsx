import { SegmentedControl, Table } from '@mantine/core';
import type { WaitStacksAnswer } from '@mapscope/contract';
import { useMemo } from 'react';
import { waitStacksPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { duration } from '../format/duration.ts';
import { clockTime } from '../format/instant.ts';
import { count, percent, points } from '../format/number.ts';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { CodeSite } from '../parts/code-site.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { hrefOf, type QueryValues } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';
import { timeBefore, type Scope } from '../scope/scope.ts';
import { FlameGraph } from './flame-graph.tsx';
import { flameOf, type Flame } from './layout.ts';

interface FlamePanelProps {
  readonly scope: Scope;
  readonly window: { readonly from: string; readonly to: string };
  /** only waits for this lock; absent: all */
  readonly lock?: string | undefined;
}

const ROLES = [
  { value: 'waiter', label: 'who waited' },
  { value: 'releaser', label: 'who held' },
];
const SHOWN = [
  { value: 'plain', label: 'now' },
  { value: 'difference', label: 'against before' },
];

const HOW = 'Arrows walk, Enter makes a frame as wide as all.';

/** Whose calls led to the waiting, now or against the time before. Which of both is in the address. */
export function FlamePanel({ scope, window, lock }: FlamePanelProps) {
  const { page = 'locks', query } = useRoute();
  const role = query['role'] === 'releaser' ? 'releaser' : 'waiter';
  const isDifference = query['flame'] === 'difference';
  const before = baselineOf(query, window);
  const asked = { service: scope.service, from: window.from, to: window.to, role, lock };
  const path = waitStacksPath({ ...asked, baselineFrom: before.from, baselineTo: before.to });
  const { value, problem, retry } = useAnswer<WaitStacksAnswer>(path, { subject: `${scope.service} ${lock}` });
  const flame = useMemo(() => (value === undefined ? undefined : flameOf(value)), [value]);
  const choose = (changed: QueryValues): void => navigate(hrefOf(page, { ...query, ...changed }), 'replace');
  if (problem !== undefined) return <ProblemNote problem={problem} onRetry={retry} />;
  if (flame === undefined || value === undefined) return <Loading what="Stacks" heights={[260]} />;
  if (flame.frames.length === 0) return <NoWaits />;
  const chart = (
    <>
      <FlameGraph
        flame={flame}
        isDifference={isDifference}
        focus={query['frame'] ?? ''}
        onFocus={(frame) => choose({ frame })}
        label={`Calls that led to waiting in ${scope.service}, outermost first. ${HOW}`}
      />
      <FlameLegend isDifference={isDifference} flame={flame} before={before} />
    </>
  );
  return (
    <ChartOrTable
      title="Calls that led to it"
      view="flameView"
      aside={<FlameControls role={role} isDifference={isDifference} onChoose={choose} />}
      chart={chart}
      table={<FlameTable flame={flame} />}
    />
  );
}

interface FlameControlsProps {
  readonly role: string;
  readonly isDifference: boolean;
  readonly onChoose: (changed: QueryValues) => void;
}

function FlameControls({ role, isDifference, onChoose }: FlameControlsProps) {
  return (
    <span className="controls">
      <SegmentedControl
        size="xs"
        aria-label="Whose stacks"
        data={ROLES}
        value={role}
        onChange={(next) => onChoose({ role: next, frame: undefined })}
      />
      <SegmentedControl
        size="xs"
        aria-label="Now or against before"
        data={SHOWN}
        value={isDifference ? 'difference' : 'plain'}
        onChange={(next) => onChoose({ flame: next === 'plain' ? undefined : next })}
      />
    </span>
  );
}

const baselineOf = (query: QueryValues, window: FlamePanelProps['window']) => {
  const { baselineFrom: from, baselineTo: to } = query;
  return from === undefined || to === undefined ? timeBefore(window) : { from, to };
};

function NoWaits() {
  return (
    <section className="panel">
      <h2>Calls that led to it</h2>
      <p className="dim">Nobody waited for a lock in this time.</p>
    </section>
  );
}

interface FlameLegendProps {
  readonly isDifference: boolean;
  readonly flame: Flame;
  readonly before: { readonly from: string; readonly to: string };
}

function FlameLegend({ isDifference, flame, before }: FlameLegendProps) {
  const time = `${clockTime(before.from)} – ${clockTime(before.to)}`;
  return (
    <p className="hint dim small">
      {isDifference ? (
        <>
          <span className="swatch flame-more-3" /> larger part of all waiting than before
          <span className="swatch flame-less-3" /> smaller part
          <span>
            {flame.baselineTotalMs === 0
              ? `nobody waited before, ${time}: all of it is new`
              : `before: ${time}, ${duration(flame.baselineTotalMs)} waited; now ${duration(flame.totalMs)}`}
          </span>
        </>
      ) : (
        <>
          <span className="swatch flame-self" /> waits here
          <span className="swatch flame-own" /> code of the service
          <span className="swatch flame-library" /> library
          <span className="swatch flame-runtime" /> Go runtime
          <span>as wide as the time waited, {duration(flame.totalMs)} in all</span>
        </>
      )}
    </p>
  );
}

function FlameTable({ flame }: { readonly flame: Flame }) {
  return (
    <DataTable
      label="Frames"
      heads={['Function', '#Depth', '#Waits', '#Waited below it', '#Right there', '#Part', '#Against before, points']}
      maxHeight={420}
    >
      {flame.frames.map(({ path, site, depth, waits, waitMs, selfMs, width, gained }) => (
        <Table.Tr key={path}>
          <Table.Td>
            <CodeSite site={site} />
          </Table.Td>
          <Table.Td className="number">{depth}</Table.Td>
          <Table.Td className="number">{count(waits)}</Table.Td>
          <Table.Td className="number">{duration(waitMs)}</Table.Td>
          <Table.Td className="number">{selfMs === 0 ? '' : duration(selfMs)}</Table.Td>
          <Table.Td className="number">{percent(width)}</Table.Td>
          <Table.Td className="number">{points(gained)}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
