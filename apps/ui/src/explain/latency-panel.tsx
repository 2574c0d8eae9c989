import { Button, Table } from '@mantine/core';
import type { LatencyAnswer, RootCauseAnswer } from '@mapscope/contract';
import { useCallback, useMemo, useState } from 'react';
import { latencyPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { LatencyChart } from '../chart/latency-chart.tsx';
import type { LatencyMarks } from '../chart/latency-marks.ts';
import { rangeOf, visibleRange, type MsRange } from '../chart/visible-range.ts';
import { duration } from '../format/duration.ts';
import { clockTime } from '../format/instant.ts';
import { count } from '../format/number.ts';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

interface LatencyPanelProps {
  readonly cause: RootCauseAnswer;
  readonly onExplain: (range: MsRange) => void;
}

const marksOf = ({ window, baseline, p99, verdict }: RootCauseAnswer): LatencyMarks => ({
  window: rangeOf(window),
  windowLabel: verdict === 'too-little-evidence' ? 'asked about' : 'incident',
  baseline: rangeOf(baseline),
  beforeMs: p99.beforeMs?.value ?? null,
  withoutMs: p99.counterfactualMs,
});

function pathOf({ service, route, platform, window, baseline }: RootCauseAnswer): string {
  const [from, to] = visibleRange([baseline, window], Date.now());
  return latencyPath({
    service,
    from: String(from),
    to: String(to),
    route: route ?? undefined,
    platform: platform ?? undefined,
  });
}

export function LatencyPanel({ cause, onExplain }: LatencyPanelProps) {
  const path = useMemo(() => pathOf(cause), [cause]);
  const marks = useMemo(() => marksOf(cause), [cause]);
  const latency = useAnswer<LatencyAnswer>(path, { subject: cause.service });
  const [hovered, setHovered] = useState<number>();
  const [selected, setSelected] = useState<MsRange>();
  const select = useCallback((range: MsRange) => setSelected(range), []);
  const explain = (range: MsRange): void => {
    setSelected(undefined);
    onExplain(range);
  };
  if (latency.problem !== undefined) return <ProblemNote problem={latency.problem} onRetry={latency.retry} />;
  if (latency.value === undefined) return <Loading what="Latency" heights={[360]} />;
  const label = `p99 and p50 of ${cause.service} over time; the table has the same numbers`;
  const chart = (
    <>
      <LatencyChart latency={latency.value} marks={marks} label={label} onHover={setHovered} onSelect={select} />
      <SelectionBar selected={selected} onExplain={explain} />
    </>
  );
  return (
    <ChartOrTable
      title="Latency"
      aside={<Readout latency={latency.value} index={hovered} />}
      chart={chart}
      table={<LatencyTable latency={latency.value} window={marks.window} />}
    />
  );
}

/** The numbers under the pointer; without one, what the lines are. */
function Readout({ latency, index }: { readonly latency: LatencyAnswer; readonly index: number | undefined }) {
  const { startUnixMs, p99Ms, p50Ms, requests } = latency.series;
  const at = index === undefined ? undefined : startUnixMs[index];
  const isAt = index !== undefined && at !== undefined;
  return (
    <span className="readout">
      <span className="key key-p99">p99 {isAt && <b>{duration(p99Ms[index])}</b>}</span>
      <span className="key key-p50">p50 {isAt && <b>{duration(p50Ms[index])}</b>}</span>
      {isAt && (
        <span className="dim">
          {clockTime(at)}, {count(requests[index] ?? 0)} in {duration(latency.stepMs)}
        </span>
      )}
    </span>
  );
}

function SelectionBar({
  selected,
  onExplain,
}: {
  readonly selected: MsRange | undefined;
  readonly onExplain: (range: MsRange) => void;
}) {
  if (selected === undefined) return <p className="hint dim small">Drag over the chart to ask about another time.</p>;
  const [from, to] = selected;
  return (
    <p className="hint small">
      {clockTime(from)} – {clockTime(to)} ({duration(to - from)}){' '}
      <Button className="primary" size="compact-xs" onClick={() => onExplain(selected)}>
        Explain this time
      </Button>
    </p>
  );
}

function LatencyTable({ latency, window }: { readonly latency: LatencyAnswer; readonly window: MsRange }) {
  const { startUnixMs, p99Ms, p50Ms, requests } = latency.series;
  const isIn = (at: number): boolean => at >= window[0] && at < window[1];
  return (
    <div className="scroll-y" style={{ maxHeight: 340 }}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Begin</Table.Th>
            <Table.Th className="number">p99</Table.Th>
            <Table.Th className="number">p50</Table.Th>
            <Table.Th className="number">Requests</Table.Th>
            <Table.Th>In the window</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {startUnixMs.map((at, index) => (
            <Table.Tr key={at} className={isIn(at) ? 'is-in-window' : undefined}>
              <Table.Td>{clockTime(at)}</Table.Td>
              <Table.Td className="number">{duration(p99Ms[index])}</Table.Td>
              <Table.Td className="number">{duration(p50Ms[index])}</Table.Td>
              <Table.Td className="number">{count(requests[index] ?? 0)}</Table.Td>
              <Table.Td>{isIn(at) ? 'yes' : ''}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
