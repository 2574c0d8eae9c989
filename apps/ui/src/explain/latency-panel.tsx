import { Button } from '@mantine/core';
import type { HeatmapAnswer, SlowestAnswer } from '@mapscope/contract';
import { useCallback, useMemo, useState } from 'react';
import { heatmapPath, slowestPath, type Selection } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { LatencyChart } from '../chart/latency-chart.tsx';
import type { LatencyMarks } from '../chart/latency-marks.ts';
import { rangeOf, visibleRange, type MsRange } from '../chart/visible-range.ts';
import { duration } from '../format/duration.ts';
import { clockTime, unixMs } from '../format/instant.ts';
import { count } from '../format/number.ts';
import { coarser, legendOf, mostOf, stepsOf, type Steps } from '../heatmap/cells.ts';
import type { Exemplar } from '../heatmap/draw.ts';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { hrefOf } from '../router/query.ts';
import { navigate } from '../router/use-route.ts';
import type { Brush } from './brush.ts';
import { comparesWithOthers, type Explained } from './explained.ts';
import { LatencyTable } from './latency-table.tsx';
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

const selectionOf = ({ service, route, platform }: Explained, [from, to]: MsRange): Selection => ({
  service,
  from: String(from),
  to: String(to),
  route: route ?? undefined,
  platform: platform ?? undefined,
});

/** More diamonds would hide the cells. */
const MAX_EXEMPLARS = 24;

const NO_EXEMPLARS: readonly Exemplar[] = [];

/** The slowest requests of the picture; it is drawn without them until they come, and stays so if they do not. */
function useExemplars(selection: Selection): readonly Exemplar[] {
  const { value } = useAnswer<SlowestAnswer>(slowestPath(selection, MAX_EXEMPLARS), { subject: selection.service });
  return useMemo(
    () =>
      value?.items.map(({ start, durationMs, traceId }) => ({ atMs: unixMs(start), durationMs, traceId })) ??
      NO_EXEMPLARS,
    [value],
  );
}

const openTrace = ({ traceId }: Exemplar): void => navigate(hrefOf('trace', { id: traceId }));

export function LatencyPanel({ cause, brush, view, onBrush, onClear, probeMarks }: LatencyPanelProps) {
  const shown = useMemo(() => view ?? visibleRange([cause.baseline, cause.window], Date.now()), [cause, view]);
  const probes = useSame(probeMarks(shown));
  const marks = useMemo(() => marksOf(cause, brush, probes), [cause, brush, probes]);
  const selection = selectionOf(cause, shown);
  const { value: fine, problem, retry } = useAnswer<HeatmapAnswer>(heatmapPath(selection), { subject: cause.service });
  const value = useMemo(() => fine && coarser(fine), [fine]);
  const exemplars = useExemplars(selection);
  const [hovered, setHovered] = useState<number>();
  const select = useCallback((selected: Brush) => onBrush(selected, shown), [onBrush, shown]);
  if (problem !== undefined) return <ProblemNote problem={problem} onRetry={retry} />;
  if (value === undefined) return <Loading what="Latency" heights={[400]} />;
  const label = `How many requests of ${cause.service} took how long, over time. Arrows walk, Shift and arrows select, Enter explains; the table has the same numbers.`;
  const chart = (
    <>
      <LatencyChart
        heatmap={value}
        marks={marks}
        exemplars={exemplars}
        view={shown}
        label={label}
        onHover={setHovered}
        onSelect={select}
        onExemplar={openTrace}
      />
      <ShadeLegend heatmap={value} hasExemplars={exemplars.length > 0} />
      <BrushLine brush={brush} onClear={onClear} />
      <ProbeLine marks={probes} />
    </>
  );
  return (
    <ChartOrTable
      title="Latency"
      aside={<Readout steps={stepsOf(value)} stepMs={value.stepMs} index={hovered} />}
      chart={chart}
      table={<LatencyTable heatmap={value} window={marks.window} exemplars={exemplars} />}
    />
  );
}

/** What the colours count. */
function ShadeLegend({ heatmap, hasExemplars }: { readonly heatmap: HeatmapAnswer; readonly hasExemplars: boolean }) {
  const most = mostOf(heatmap);
  const legend = legendOf(most);
  return (
    <p className="heat-legend dim small">
      <span>requests in a cell</span>
      {legend.map(({ shade, from }) => (
        <span key={shade} className="heat-step">
          <span className={`heat-swatch heat-${shade}`} /> {count(from)}
        </span>
      ))}
      {legend.length > 0 && <span>– {count(most)}</span>}
      {hasExemplars && <span className="heat-mark">◆ slowest of its time: opens its trace</span>}
      {heatmap.source === 'rollup' && <span>from ten-second sums</span>}
    </p>
  );
}

/** The status is asked for every few seconds; a chart that was drawn anew each time would tear a drag in two. */
function useSame(marks: readonly ProbeMark[]): readonly ProbeMark[] {
  const text = JSON.stringify(marks);
  // What was written is what is read.
  return useMemo(() => JSON.parse(text) as readonly ProbeMark[], [text]);
}

interface ReadoutProps {
  readonly steps: Steps;
  readonly stepMs: number;
  readonly index: number | undefined;
}

/** The numbers under the pointer; without one, what the lines are. */
function Readout({ steps: { startUnixMs, p99Ms, p50Ms, requests }, stepMs, index }: ReadoutProps) {
  const at = index === undefined ? undefined : startUnixMs[index];
  const isAt = index !== undefined && at !== undefined;
  return (
    <span className="readout" aria-live="polite">
      <span className="key key-p99">p99 {isAt && <b>{duration(p99Ms[index])}</b>}</span>
      <span className="key key-p50">p50 {isAt && <b>{duration(p50Ms[index])}</b>}</span>
      {isAt && (
        <span className="dim">
          {clockTime(at)}, {count(requests[index] ?? 0)} in {duration(stepMs)}
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
        Drag over the chart to explain those requests: sideways for a time, down or up for how long they took. By keys:
        Shift and arrows, then Enter.
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
