/** The options of the latency chart (uPlot 1.6: docs in its typings). */
import type uPlot from 'uplot';
import { duration } from '../format/duration.ts';
import { clockTime } from '../format/instant.ts';
import { drawBands, drawLevels, type LatencyMarks } from './latency-marks.ts';
import type { ChartColors } from './theme-colors.ts';
import type { MsRange } from './visible-range.ts';

export interface LatencyChartSpec {
  readonly width: number;
  readonly height: number;
  readonly colors: ChartColors;
  readonly marks: LatencyMarks;
  /** index of the bucket under the pointer */
  readonly onHover: (index: number | undefined) => void;
  readonly onSelect: (range: MsRange) => void;
}

const MINUTE_MS = 60_000;
const FONT = '12px system-ui, sans-serif';

const timeLabels: uPlot.Axis.DynamicValues = (_chart, splits, _axis, _space, stepMs) =>
  splits.map((ms) => (stepMs >= MINUTE_MS ? clockTime(ms).slice(0, 5) : clockTime(ms)));

const durationLabels: uPlot.Axis.DynamicValues = (_chart, splits) =>
  splits.map((ms) => (ms === 0 ? '0' : duration(ms)));

function axes({ axis, grid }: ChartColors): uPlot.Axis[] {
  const look = { font: FONT, stroke: axis, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return [
    { ...look, grid: { show: false }, values: timeLabels, size: 28, space: 80 },
    { ...look, values: durationLabels, size: 64, space: 36 },
  ];
}

/** From zero, a fifth of air above for the labels; a chart without values still has a height. */
const fromZero: uPlot.Range.Function = (_chart, _min, max) => [0, (Number.isFinite(max) && max > 0 ? max : 1) * 1.2];

/** Anything narrower is a click. */
const MIN_SELECT_PX = 6;

function readSelection(chart: uPlot, onSelect: LatencyChartSpec['onSelect']): void {
  const { left, width } = chart.select;
  if (width < MIN_SELECT_PX) return;
  onSelect([Math.round(chart.posToVal(left, 'x')), Math.round(chart.posToVal(left + width, 'x'))]);
}

export function latencyOptions({ width, height, colors, marks, onHover, onSelect }: LatencyChartSpec): uPlot.Options {
  return {
    width,
    height,
    ms: 1,
    padding: [4, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true }, y: { range: fromZero } },
    axes: axes(colors),
    series: [
      {},
      { label: 'p50', stroke: colors.p50, width: 1.5, points: { show: false } },
      { label: 'p99', stroke: colors.p99, width: 2, points: { show: false } },
    ],
    hooks: {
      drawClear: [(chart) => drawBands(chart, marks, colors)],
      draw: [(chart) => drawLevels(chart, marks, colors)],
      setCursor: [(chart) => onHover(chart.cursor.idx ?? undefined)],
      setSelect: [(chart) => readSelection(chart, onSelect)],
    },
  };
}
