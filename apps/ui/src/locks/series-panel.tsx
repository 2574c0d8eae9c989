import { Table } from '@mantine/core';
import type { CodeSiteJson, ContentionSeriesAnswer } from '@mapscope/contract';
import { useMemo, useState } from 'react';
import type { Asked } from '../api/use-answer.ts';
import { dashOf, LinesChart, type Line } from '../chart/lines-chart.tsx';
import { clockTime } from '../format/instant.ts';
import { fileLine, shortFunction } from '../format/code-place.ts';
import { ratio } from '../format/number.ts';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import type { Scope } from '../scope/scope.ts';

const nameOf = (site: CodeSiteJson): string => `${shortFunction(site.function)} ${fileLine(site)}`;

/** Σ wait ÷ Σ request time, by line that waited. */
function linesOf({ sites, others, requestMs }: ContentionSeriesAnswer): readonly Line[] {
  const ratios = (waitMs: readonly number[]): readonly (number | null)[] =>
    waitMs.map((ms, i) => ((requestMs[i] ?? 0) > 0 ? ms / (requestMs[i] ?? 1) : null));
  const own = sites.map(({ site, waitMs }, look) => ({ label: nameOf(site), values: ratios(waitMs), look }));
  return others.sites === 0
    ? own
    : [...own, { label: 'all other lines', values: ratios(others.waitMs), look: own.length }];
}

interface SeriesPanelProps {
  readonly scope: Scope;
  readonly series: Asked<ContentionSeriesAnswer>;
}

export function SeriesPanel({ scope, series: { value, problem, retry } }: SeriesPanelProps) {
  const lines = useMemo(() => (value === undefined ? [] : linesOf(value)), [value]);
  const level = useMemo(
    () =>
      value === undefined ? undefined : { value: value.threshold, text: `contended from ${ratio(value.threshold)}` },
    [value],
  );
  const [hovered, setHovered] = useState<number>();
  if (problem !== undefined) return <ProblemNote problem={problem} onRetry={retry} />;
  if (value === undefined) return <Loading what="Contention" heights={[260]} />;
  const at = hovered === undefined ? undefined : value.startUnixMs[hovered];
  const chart = (
    <>
      <LinesChart
        startUnixMs={value.startUnixMs}
        lines={lines}
        level={level}
        format={ratio}
        onHover={setHovered}
        label={`Part of request time that went to waiting at each line of ${scope.service}; the table has the same numbers`}
      />
      <LineLegend lines={lines} hovered={hovered} />
    </>
  );
  return (
    <ChartOrTable
      title="Contention by line: waited ÷ request time"
      view="series"
      aside={<span className="dim small">{at === undefined ? '' : clockTime(at)}</span>}
      chart={lines.length === 0 ? <p className="dim">Nobody waited for a lock in this time.</p> : chart}
      table={<SeriesTable startUnixMs={value.startUnixMs} lines={lines} />}
    />
  );
}

function LineLegend({ lines, hovered }: { readonly lines: readonly Line[]; readonly hovered: number | undefined }) {
  return (
    <ul className="line-legend">
      {lines.map(({ label, look, values }) => (
        <li key={label}>
          <LineSwatch look={look} /> <span className="mono small">{label}</span>
          {hovered !== undefined && <b> {ratio(values[hovered] ?? null)}</b>}
        </li>
      ))}
    </ul>
  );
}

function LineSwatch({ look }: { readonly look: number }) {
  return (
    <svg className="line-swatch" viewBox="0 0 30 8" aria-hidden="true">
      <line x1="0" y1="4" x2="30" y2="4" className={`line-${look % 6}`} strokeDasharray={dashOf(look).join(' ')} />
    </svg>
  );
}

interface SeriesTableProps {
  readonly startUnixMs: readonly number[];
  readonly lines: readonly Line[];
}

function SeriesTable({ startUnixMs, lines }: SeriesTableProps) {
  return (
    <DataTable label="Contention by time" heads={['Begin', ...lines.map(({ label }) => `#${label}`)]} maxHeight={320}>
      {startUnixMs.map((at, i) => (
        <Table.Tr key={at}>
          <Table.Td>{clockTime(at)}</Table.Td>
          {lines.map(({ label, values }) => (
            <Table.Td key={label} className="number">
              {ratio(values[i] ?? null)}
            </Table.Td>
          ))}
        </Table.Tr>
      ))}
    </DataTable>
  );
}
