/** The options of the latency chart (uPlot 1.6: docs in its typings). */
import type uPlot from 'uplot';
import { duration } from '../format/duration.ts';
import { clockTime } from '../format/instant.ts';
import { drawBands, drawLevels, type LatencyMarks } from './latency-marks.ts';
import type { Cell } from '../heatmap/cells.ts';
import { drawCells, drawExemplars, type Exemplar } from '../heatmap/draw.ts';
import { logTicks } from './log-ticks.ts';
import type { ChartColors } from './theme-colors.ts';
import type { MsRange } from './visible-range.ts';

/** What was dragged over: a time, and maybe a range of latency. */
export interface Selected {
  readonly time: MsRange;
  readonly minMs: number | undefined;
  readonly maxMs: number | undefined;
}

export interface LatencyChartSpec {
  readonly width: number;
  readonly height: number;
  readonly colors: ChartColors;
  readonly marks: LatencyMarks;
  readonly cells: readonly Cell[];
  readonly exemplars: readonly Exemplar[];
  /** from the fastest to the slowest cell */
  readonly latency: readonly [number, number];
  /** what the chart shows, with or without requests */
  readonly view: MsRange;
  /** index of the bucket under the pointer */
  readonly onHover: (index: number | undefined) => void;
  readonly onSelect: (selected: Selected) => void;
}

const MINUTE_MS = 60_000;
const FONT = '12px system-ui, sans-serif';

const timeLabels: uPlot.Axis.DynamicValues = (_chart, splits, _axis, _space, stepMs) =>
  splits.map((ms) => (stepMs >= MINUTE_MS ? clockTime(ms).slice(0, 5) : clockTime(ms)));

/** Null where a value has no label (log-ticks.ts). */
const durationLabels: uPlot.Axis.DynamicValues = (_chart, splits) =>
  splits.map((ms: number | null) => (ms === null ? null : duration(ms)));

function axes({ axis, grid }: ChartColors): uPlot.Axis[] {
  const look = { font: FONT, stroke: axis, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return [
    { ...look, grid: { show: false }, values: timeLabels, size: 28, space: 80 },
    {
      ...look,
      grid: { stroke: grid, width: 1, filter: (_chart, splits) => logTicks(splits) },
      filter: (_chart, splits) => logTicks(splits),
      values: durationLabels,
      size: 64,
    },
  ];
}

// A number where the typings want a member of an ambient const enum, whose names vanish when files are compiled one by one.
const LOGARITHMIC: object = { distr: 3, log: 10 };

/** Anything narrower is a click. */
const MIN_SELECT_PX = 6;
/** A drag that rises less than this is about time alone: hands do not draw straight lines. */
const FREE_PX = 28;

function readSelection(chart: uPlot, onSelect: LatencyChartSpec['onSelect']): void {
  const { left, top, width, height } = chart.select;
  if (width < MIN_SELECT_PX || height < MIN_SELECT_PX) return;
  const plotHeight = chart.bbox.height / devicePixelRatio;
  const latency = (px: number): number => chart.posToVal(px, 'y');
  onSelect({
    time: [Math.round(chart.posToVal(left, 'x')), Math.round(chart.posToVal(left + width, 'x'))],
    // What touches an edge of the plot has no bound there.
    maxMs: top <= 1 ? undefined : latency(top),
    minMs: top + height >= plotHeight - 1 ? undefined : latency(top + height),
  });
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

/** There is air above for the labels. */
const AIR = 2.2;

export function latencyOptions(spec: LatencyChartSpec): uPlot.Options {
  const { width, height, colors, marks, cells, exemplars, latency, view, onHover, onSelect } = spec;
  const [low, high] = latency;
  return {
    width,
    height,
    ms: 1,
    padding: [4, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: true, y: true, uni: FREE_PX, setScale: false } },
    // A logarithm shows a slow tail and a usual request in one picture.
    scales: {
      x: { time: true, range: () => [...view] },
      y: { ...LOGARITHMIC, range: () => [low * 0.85, high * AIR] },
    },
    axes: axes(colors),
    series: [
      {},
      { label: 'p50', stroke: colors.p50, width: 1.25, dash: [5, 3], points: { show: false } },
      { label: 'p99', stroke: colors.p99, width: 2.5, points: { show: false } },
    ],
    hooks: {
      drawClear: [(chart) => drawBands(chart, marks, colors), (chart) => drawCells(chart, cells, colors.shades)],
      draw: [
        (chart) => drawLevels(chart, marks, colors),
        (chart) => drawExemplars(chart, exemplars, colors.p99, colors.mark),
      ],
      setCursor: [(chart) => onHover(chart.cursor.idx ?? undefined)],
      setSelect: [(chart) => readSelection(chart, onSelect)],
    },
  };
}
