import { Button, Table } from '@mantine/core';
import type { LatencyAnswer } from '@mapscope/contract';
import { useMemo, useState } from 'react';
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
import type { Brush } from './brush.ts';
import { comparesWithOthers, type Explained } from './explained.ts';
import type { ProbeMark } from './probe-marks.ts';

export interface Brushing {
  /** undefined: the API chose what to explain */
  readonly brush: Brush | undefined;
  /** what the chart showed when it was drawn */
  readonly view: MsRange | undefined;
  readonly onBrush: (brush: Brush, view: MsRange) => void;
  readonly onClear: () => void;
}

interface LatencyPanelProps extends Brushing {
  readonly cause: Explained;
  readonly probeMarks: (range: MsRange) => readonly ProbeMark[];
}

function marksOf(cause: Explained, brush: Brush | undefined, probes: readonly ProbeMark[]): LatencyMarks {
  const { window, baseline, p99, verdict } = cause;
  const isIncident = brush === undefined && verdict !== 'too-little-evidence';
  return {
    window: rangeOf(window),
    windowLabel: isIncident ? 'incident' : 'asked about',
    baseline: comparesWithOthers(cause) ? undefined : rangeOf(baseline),
    brush: brush === undefined ? undefined : { time: brush.time, minMs: brush.minMs, maxMs: brush.maxMs },
    probes,
    beforeMs: p99.beforeMs?.value ?? null,
    withoutMs: p99.counterfactualMs,
  };
}

function pathOf({ service, route, platform }: Explained, [from, to]: MsRange): string {
  return latencyPath({
    service,
    from: String(from),
    to: String(to),
    route: route ?? undefined,
    platform: platform ?? undefined,
  });
}

export function LatencyPanel({ cause, brush, view, onBrush, onClear, probeMarks }: LatencyPanelProps) {
  const shown = useMemo(() => view ?? visibleRange([cause.baseline, cause.window], Date.now()), [cause, view]);
  const probes = useSame(probeMarks(shown));
  const marks = useMemo(() => marksOf(cause, brush, probes), [cause, brush, probes]);
  const latency = useAnswer<LatencyAnswer>(pathOf(cause, shown), { subject: cause.service });
  const [hovered, setHovered] = useState<number>();
  const select = useMemo(() => (selected: Brush) => onBrush(selected, shown), [onBrush, shown]);
  if (latency.problem !== undefined) return <ProblemNote problem={latency.problem} onRetry={latency.retry} />;
  if (latency.value === undefined) return <Loading what="Latency" heights={[360]} />;
  const label = `p99 and p50 of ${cause.service} over time, logarithmic; the table has the same numbers`;
  const chart = (
    <>
      <LatencyChart latency={latency.value} marks={marks} label={label} onHover={setHovered} onSelect={select} />
      <BrushLine brush={brush} onClear={onClear} />
      <ProbeLine marks={probes} />
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

/** The status is asked for every few seconds; a chart that was drawn anew each time would tear a drag in two. */
function useSame(marks: readonly ProbeMark[]): readonly ProbeMark[] {
  const text = JSON.stringify(marks);
  // What was written is what is read.
  return useMemo(() => JSON.parse(text) as readonly ProbeMark[], [text]);
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

const latencyWords = ({ minMs, maxMs }: Brush): string => {
  if (minMs === undefined && maxMs === undefined) return 'all requests';
  if (maxMs === undefined) return `requests of ${duration(minMs)} and more`;
  return minMs === undefined
    ? `requests of less than ${duration(maxMs)}`
    : `requests of ${duration(minMs)} to ${duration(maxMs)}`;
};

function BrushLine({ brush, onClear }: Pick<Brushing, 'brush' | 'onClear'>) {
  if (brush === undefined)
    return (
      <p className="hint dim small">
        Drag over the chart to explain those requests: sideways for a time, down or up for how long they took.
      </p>
    );
  const [from, to] = brush.time;
  return (
    <p className="hint small">
      <span className="key key-brush">
        <b>
          {clockTime(from)} – {clockTime(to)}
        </b>{' '}
        ({duration(to - from)}), {latencyWords(brush)}
      </span>
      <Button size="compact-xs" variant="default" onClick={onClear}>
        Clear the brush
      </Button>
    </p>
  );
}

function ProbeLine({ marks }: { readonly marks: readonly ProbeMark[] }) {
  if (marks.length === 0) return null;
  return (
    <p className="hint dim small">
      <span>
        ▼{' '}
        {marks
          .map(({ atMs, untilMs, text }) =>
            untilMs === undefined
              ? `${clockTime(atMs)} ${text}`
              : `${clockTime(atMs)} ${text} for ${duration(untilMs - atMs)}`,
          )
          .join(' · ')}
      </span>
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
