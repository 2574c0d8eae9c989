import { Table } from '@mantine/core';
import type { HeatmapAnswer } from '@mapscope/contract';
import type { MsRange } from '../chart/visible-range.ts';
import { duration } from '../format/duration.ts';
import { clockTime } from '../format/instant.ts';
import { count } from '../format/number.ts';
import { decadesOf } from '../heatmap/cells.ts';
import type { Exemplar } from '../heatmap/draw.ts';
import { DataTable } from '../parts/data-table.tsx';
import { TraceLink } from '../parts/trace-link.tsx';

interface LatencyTableProps {
  readonly heatmap: HeatmapAnswer;
  readonly window: MsRange;
  readonly exemplars: readonly Exemplar[];
}

/** The chart in numbers: requests by decade of latency instead of by cell. */
export function LatencyTable({ heatmap, window, exemplars }: LatencyTableProps) {
  const { startUnixMs, p99Ms, p50Ms, requests } = heatmap.series;
  const { upToMs, counts } = decadesOf(heatmap);
  const isIn = (at: number): boolean => at >= window[0] && at < window[1];
  const slowestOf = (at: number): Exemplar | undefined =>
    exemplars.find(({ atMs }) => atMs >= at && atMs < at + heatmap.stepMs);
  const heads = [
    'Begin',
    '#p99',
    '#p50',
    '#Requests',
    ...upToMs.map((ms) => `#< ${duration(ms)}`),
    'Slowest',
    'In the window',
  ];
  return (
    <DataTable label="Latency by time" heads={heads} maxHeight={400}>
      {startUnixMs.map((at, index) => (
        <Table.Tr key={at} className={isIn(at) ? 'is-in-window' : undefined}>
          <Table.Td>{clockTime(at)}</Table.Td>
          <Table.Td className="number">{duration(p99Ms[index])}</Table.Td>
          <Table.Td className="number">{duration(p50Ms[index])}</Table.Td>
          <Table.Td className="number">{count(requests[index] ?? 0)}</Table.Td>
          {upToMs.map((ms, column) => (
            <Table.Td key={ms} className="number">
              {count(counts[index]?.[column] ?? 0)}
            </Table.Td>
          ))}
          <Table.Td>
            <TraceLink id={slowestOf(at)?.traceId} />
          </Table.Td>
          <Table.Td>{isIn(at) ? 'yes' : ''}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
