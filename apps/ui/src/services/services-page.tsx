import { Table } from '@mantine/core';
import type { ServiceMapAnswer } from '@mapscope/contract';
import { useMemo } from 'react';
import { serviceMapPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { duration } from '../format/duration.ts';
import { count, percent } from '../format/number.ts';
import { Teach } from '../incidents/teach.tsx';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import { useRoute } from '../router/use-route.ts';
import { ScopeBar } from '../scope/scope-bar.tsx';
import { scopeOf, type Scope } from '../scope/scope.ts';
import { BOX, graphOf, type Arrow, type Box, type Graph } from './graph.ts';

/** Which service calls which, how often, and where it fails or waits. */
export function ServicesPage() {
  const { query } = useRoute();
  const scope = scopeOf(query);
  const { value, problem, retry } = useAnswer<ServiceMapAnswer>(serviceMapPath({ from: scope.from, to: scope.to }), {
    subject: 'service map',
  });
  const graph = useMemo(() => (value === undefined ? undefined : graphOf(value)), [value]);
  return (
    <>
      <ScopeBar page="services" title="Services" scope={scope} noService />
      {problem !== undefined && <ProblemNote problem={problem} onRetry={retry} />}
      {value === undefined && problem === undefined && <Loading what="Services" heights={[360]} />}
      {graph?.boxes.length === 0 && <Teach />}
      {value !== undefined && graph !== undefined && graph.boxes.length > 0 && (
        <ChartOrTable
          title="Who calls whom"
          aside={<span className="dim small">a box opens why the service is slow; dashed: nobody watches it</span>}
          chart={<Picture graph={graph} scope={scope} />}
          table={<CallTable map={value} scope={scope} />}
        />
      )}
    </>
  );
}

interface PictureProps {
  readonly graph: Graph;
  readonly scope: Scope;
}

function Picture({ graph: { boxes, arrows, width, height }, scope }: PictureProps) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Services and their calls">
      <div className="graph" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 8 8"
              refX="1"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0 0L8 4L0 8z" className="graph-tip" />
            </marker>
          </defs>
          {arrows.map(({ edge, path, weight }) => (
            <path
              key={`${edge.service} ${edge.host}`}
              d={path}
              className={isFailing(edge) ? 'graph-arrow graph-failing' : 'graph-arrow'}
              strokeWidth={weight}
              markerEnd="url(#arrow)"
            />
          ))}
        </svg>
        {arrows.map((arrow) => (
          <ArrowWords key={`${arrow.edge.service} ${arrow.edge.host}`} arrow={arrow} />
        ))}
        {boxes.map((box) => (
          <ServiceBox key={box.id} box={box} scope={scope} />
        ))}
      </div>
    </div>
  );
}

/** A call in a hundred is worth a colour. */
const isFailing = ({ failed, calls }: Arrow['edge']): boolean => failed / calls >= 0.01;

function ArrowWords({ arrow: { from, to, edge } }: { readonly arrow: Arrow }) {
  // Beside the end: there every arrow has room of its own, in the middle they cross.
  const isForward = to.x > from.x;
  const [left, top] = isForward
    ? [to.x - 128, to.y + BOX.height / 2 - 42]
    : [to.x + BOX.width / 2 + 12, Math.max(from.y, to.y) + BOX.height + 10];
  return (
    <span className="graph-words small" style={{ left, top }}>
      {count(edge.calls)} calls
      {isFailing(edge) && <b className="text-error">✕ {percent(edge.failed / edge.calls)} failed</b>}
    </span>
  );
}

function ServiceBox({ box: { id, node, x, y }, scope }: { readonly box: Box; readonly scope: Scope }) {
  const place = { left: x, top: y, width: BOX.width, height: BOX.height };
  if (node === undefined)
    return (
      <div className="graph-box graph-unknown" style={place}>
        <b>{id}</b>
        <span className="dim small">not watched</span>
      </div>
    );
  const waiting = node.requestMs === 0 ? 0 : node.waitMs / node.requestMs;
  return (
    <div className="graph-box" style={place}>
      <Link
        href={hrefOf('explain', { service: id, from: scope.from, to: scope.to })}
        className="graph-link"
        label={`why is ${id} slow`}
      >
        <b>{id}</b>
      </Link>
      <span className="small">
        p99 {duration(node.p99Ms)} of {count(node.requests)}
      </span>
      <span className={waiting > 0.15 ? 'small text-hot' : 'small dim'}>
        {waiting > 0.15 && '◆ '}
        {percent(waiting)} waiting for locks
      </span>
    </div>
  );
}

function CallTable({ map: { nodes, edges }, scope }: { readonly map: ServiceMapAnswer; readonly scope: Scope }) {
  return (
    <DataTable label="Calls" heads={['Service', 'calls', 'which is', '#Times', '#Failed', '#p99 of a call']}>
      {edges.map(({ service, host, target, calls, failed, p99Ms }) => (
        <Table.Tr key={`${service} ${host}`}>
          <Table.Td>
            <Link href={hrefOf('explain', { service, from: scope.from, to: scope.to })}>{service}</Link>
          </Table.Td>
          <Table.Td className="mono small">{host}</Table.Td>
          <Table.Td>{target ?? <span className="dim">not watched</span>}</Table.Td>
          <Table.Td className="number">{count(calls)}</Table.Td>
          <Table.Td className="number">{count(failed)}</Table.Td>
          <Table.Td className="number">{duration(p99Ms)}</Table.Td>
        </Table.Tr>
      ))}
      {nodes
        .filter(({ service }) => !edges.some((edge) => edge.service === service))
        .map(({ service }) => (
          <Table.Tr key={service}>
            <Table.Td>
              <Link href={hrefOf('explain', { service, from: scope.from, to: scope.to })}>{service}</Link>
            </Table.Td>
            <Table.Td className="dim" colSpan={5}>
              makes no HTTP calls that were seen
            </Table.Td>
          </Table.Tr>
        ))}
    </DataTable>
  );
}
