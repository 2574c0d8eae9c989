import { Table } from '@mantine/core';
import type { MapsAnswer } from '@mapscope/contract';
import { mapsPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { count, plural } from '../format/number.ts';
import { Teach } from '../incidents/teach.tsx';
import { CodeSite } from '../parts/code-site.tsx';
import { CopyCommand } from '../parts/copy-command.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import { ScopeBar, useServiceScope } from '../scope/scope-bar.tsx';
import type { Scope } from '../scope/scope.ts';
import { MapView } from './map-view.tsx';

/** Go maps that were watched: who uses them, and who met in them. */
export function MapsPage() {
  const { scope, query, isNobody } = useServiceScope('maps');
  const map = query['map'];
  return (
    <>
      <ScopeBar page="maps" title={map === undefined ? 'Maps' : 'One map'} scope={scope} />
      {isNobody && <Teach />}
      {scope.service !== undefined &&
        (map === undefined ? <Maps scope={scope} /> : <MapView scope={scope} address={map} />)}
    </>
  );
}

function Maps({ scope }: { readonly scope: Scope }) {
  const asked = { service: scope.service, from: scope.from, to: scope.to };
  const { value, problem, retry } = useAnswer<MapsAnswer>(mapsPath(asked), { subject: scope.service });
  if (problem !== undefined) return <ProblemNote problem={problem} onRetry={retry} />;
  if (value === undefined) return <Loading what="Maps" heights={[260]} />;
  if (value.items.length === 0) return <NoMaps service={scope.service ?? ''} />;
  return (
    <Panel title="Maps, those with conflicts first">
      <DataTable label="Maps" heads={['Map', 'Used most at', '#Two at a time', '#Operations', '#of them writes']}>
        {value.items.map(({ address, mapType, site, conflicts, operations, writes }) => (
          <Table.Tr key={`${address} ${mapType} ${site.function} ${site.line}`}>
            <Table.Td>
              <MapName address={address} mapType={mapType} scope={scope} />
            </Table.Td>
            <Table.Td>
              <CodeSite site={site} />
            </Table.Td>
            <Table.Td className={conflicts > 0 ? 'number text-hot' : 'number'}>
              {conflicts > 0 ? `◆ ${count(conflicts)}` : '0'}
            </Table.Td>
            <Table.Td className="number">{count(operations)}</Table.Td>
            <Table.Td className="number">{count(writes)}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      <p className="hint dim small">
        {plural(value.items.length, 'map')}. Two at a time: goroutines were in the map together, one of them writing; Go
        ends the process when it notices.
      </p>
    </Panel>
  );
}

interface MapNameProps {
  readonly address: string;
  readonly mapType: string;
  readonly scope: Scope;
}

function MapName({ address, mapType, scope }: MapNameProps) {
  const name = mapType === '' ? 'map made at run time' : mapType;
  // Nought: several maps of one line, that none of them can be asked about alone.
  if (/^0x0+$/.test(address)) return <span className="mono">{name}, several</span>;
  return (
    <Link href={hrefOf('maps', { ...scope, map: address })} className="link mono">
      {name}
    </Link>
  );
}

function NoMaps({ service }: { readonly service: string }) {
  return (
    <section className="teach" aria-label="No maps">
      <h2>No map of {service} was watched in this time</h2>
      <p className="dim">
        Maps lie on the fastest paths of a program, so they are watched only where you ask for it, and within the
        overhead budget. Add the family to those of the agent:
      </p>
      <CopyCommand
        command={`npm run mapscope -- agent --target service=${service} --families lock,http,trace,client,fatal,gc,map`}
      />
    </section>
  );
}
