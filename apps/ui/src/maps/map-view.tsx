import { Table } from '@mantine/core';
import type { MapAnswer } from '@mapscope/contract';
import { mapPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { duration } from '../format/duration.ts';
import { lockWord } from '../format/code-place.ts';
import { count } from '../format/number.ts';
import { platformWords } from '../format/platform.ts';
import { CodeSite } from '../parts/code-site.tsx';
import { Facts } from '../parts/facts.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import type { Scope } from '../scope/scope.ts';

interface MapViewProps {
  readonly scope: Scope;
  readonly address: string;
}

export function MapView({ scope, address }: MapViewProps) {
  const asked = { service: scope.service, from: scope.from, to: scope.to };
  const { value, problem, retry } = useAnswer<MapAnswer>(mapPath(address, asked), {
    subject: `${scope.service} ${address}`,
  });
  return (
    <>
      <p>
        <Link href={hrefOf('maps', { ...scope })}>All maps of {scope.service}</Link>
      </p>
      {problem !== undefined && <ProblemNote problem={problem} onRetry={retry} />}
      {value === undefined && problem === undefined && <Loading what="Map" heights={[100, 200]} />}
      {value !== undefined && <OneMap map={value} scope={scope} />}
    </>
  );
}

function OneMap({ map, scope }: { readonly map: MapAnswer; readonly scope: Scope }) {
  return (
    <>
      <Panel title={`${map.mapTypes.join(', ') || 'map made at run time'} at ${map.address}`}>
        <Facts
          facts={[
            ['operations', count(map.operations)],
            ['of them writes', count(map.writes)],
            ['two at a time', count(map.conflicts)],
          ]}
        />
      </Panel>
      {map.matrix.length > 0 && <Meetings matrix={map.matrix} />}
      {map.uses.length > 0 && <Uses uses={map.uses} />}
      <GuardedBy guards={map.guardedBy} hasConflicts={map.conflicts > 0} scope={scope} />
    </>
  );
}

function Meetings({ matrix }: Pick<MapAnswer, 'matrix'>) {
  return (
    <Panel title="Lines that met in it">
      <DataTable
        label="Lines that met"
        heads={[
          'This line',
          'found this one writing',
          '#Times',
          '#Write under way for, at most',
          'Would Go have noticed?',
          'Platform',
        ]}
      >
        {matrix.map(({ site, other, conflicts, maxInsideMs, isSeenByRuntime, platform }, i) => (
          <Table.Tr key={i}>
            <Table.Td>
              <CodeSite site={site} />
            </Table.Td>
            <Table.Td>
              <CodeSite site={other} unknown="only its writing flag was seen" />
            </Table.Td>
            <Table.Td className="number">{count(conflicts)}</Table.Td>
            <Table.Td className="number">{duration(maxInsideMs)}</Table.Td>
            <Table.Td>{isSeenByRuntime ? <b className="text-hot">◆ yes: a crash</b> : 'not that time'}</Table.Td>
            <Table.Td className="small" title={platform}>
              {platformWords(platform)}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Panel>
  );
}

const OPS: Readonly<Record<string, string>> = {
  access: 'm[k]',
  access2: 'v, ok := m[k]',
  assign: 'm[k] = v',
  delete: 'delete(m, k)',
  clear: 'clear(m)',
  iterate: 'range m',
  iterate_next: 'step of range m',
  clone: 'maps.Clone(m)',
};

function Uses({ uses }: Pick<MapAnswer, 'uses'>) {
  return (
    <Panel title="Lines that use it">
      <DataTable label="Uses" heads={['Line', 'Does', '#Times', 'Platform']}>
        {uses.map(({ site, op, count: times, platform }, i) => (
          <Table.Tr key={i}>
            <Table.Td>
              <CodeSite site={site} />
            </Table.Td>
            <Table.Td className="mono small">{OPS[op] ?? op}</Table.Td>
            <Table.Td className="number">{count(times)}</Table.Td>
            <Table.Td className="small" title={platform}>
              {platformWords(platform)}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Panel>
  );
}

interface GuardedByProps {
  readonly guards: MapAnswer['guardedBy'];
  readonly hasConflicts: boolean;
  readonly scope: Scope;
}

function GuardedBy({ guards, hasConflicts, scope }: GuardedByProps) {
  if (guards.length === 0) {
    if (!hasConflicts) return null;
    return (
      <Panel title="Lock that guards it" className="remedy">
        <p>No lock was waited for right before it was used. Put a sync.Mutex around these lines, or use a sync.Map.</p>
      </Panel>
    );
  }
  return (
    <Panel title="Locks waited for right before it was used">
      <ul className="plain-list">
        {guards.map(({ lockAddress, lockKind, site, count: times }, i) => (
          <li key={i}>
            <Link href={hrefOf('locks', { ...scope, lock: lockAddress })} className="link mono">
              {lockAddress}
            </Link>{' '}
            <span className="dim">
              {lockWord(lockKind)}, {count(times)} times at
            </span>{' '}
            <CodeSite site={site} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
