import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { clockTime } from '../format/instant.ts';
import { readChartColors } from './theme-colors.ts';

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** number of its colour and its dashes: `--line-0` and on */
  readonly look: number;
}

interface LinesChartProps {
  readonly startUnixMs: readonly number[];
  readonly lines: readonly Line[];
  /** a level to compare with */
  readonly level?: { readonly value: number; readonly text: string } | undefined;
  readonly format: (value: number) => string;
  readonly onHover: (index: number | undefined) => void;
  readonly label: string;
}

const HEIGHT = 220;
const FONT = '12px system-ui, sans-serif';
/** Lines differ by their dashes too. */
export const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [14, 4]];

export const dashOf = (look: number): readonly number[] => DASHES[look % DASHES.length] ?? [];

function colorOf(look: number): string {
  return getComputedStyle(document.documentElement)
    .getPropertyValue(`--chart-line-${look % DASHES.length}`)
    .trim();
}

export function LinesChart({ startUnixMs, lines, level, format, onHover, label }: LinesChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const parent = element.current;
    if (parent === null) return undefined;
    const data: UPlot.AlignedData = [[...startUnixMs], ...lines.map(({ values }) => [...values])];
    const chart = new UPlot(optionsOf({ width: parent.clientWidth, lines, level, format, onHover }), data, parent);
    const observer = new ResizeObserver(() => chart.setSize({ width: parent.clientWidth, height: HEIGHT }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [startUnixMs, lines, level, format, onHover, scheme]);
  return <div ref={element} className="chart" style={{ height: HEIGHT }} role="img" aria-label={label} />;
}

type Spec = Pick<LinesChartProps, 'lines' | 'level' | 'format' | 'onHover'> & { readonly width: number };

function optionsOf({ width, lines, level, format, onHover }: Spec): UPlot.Options {
  const { axis, grid, text } = readChartColors();
  const look = { font: FONT, stroke: axis, ticks: { show: false } };
  return {
    width,
    height: HEIGHT,
    ms: 1,
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { time: true },
      y: { range: (_chart, _min, max) => [0, Math.max(max, level?.value ?? 0) * 1.15 || 1] },
    },
    axes: [
      {
        ...look,
        grid: { show: false },
        size: 28,
        space: 90,
        values: (_chart, splits) => splits.map((ms) => clockTime(ms).slice(0, 5)),
      },
      { ...look, grid: { stroke: grid, width: 1 }, size: 64, values: (_chart, splits) => splits.map(format) },
    ],
    series: [
      {},
      ...lines.map(({ label, look: number }) => ({
        label,
        stroke: colorOf(number),
        width: 2,
        dash: [...dashOf(number)],
        points: { show: false },
      })),
    ],
    hooks: {
      draw: [(chart) => level !== undefined && drawLevel(chart, level, text)],
      setCursor: [(chart) => onHover(chart.cursor.idx ?? undefined)],
    },
  };
}

function drawLevel(
  chart: UPlot,
  { value, text }: { readonly value: number; readonly text: string },
  color: string,
): void {
  const { ctx, bbox } = chart;
  const [y, scale] = [Math.round(chart.valToPos(value, 'y', true)), devicePixelRatio];
  ctx.save();
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.lineWidth = scale;
  ctx.setLineDash([3 * scale, 4 * scale]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  ctx.fillText(text, bbox.left + 4 * scale, y - 3 * scale);
  ctx.restore();
}
