/** Cells, exemplars and their colours on the canvas of the latency chart. Who is where is told by the chart's scales. */
import type uPlot from 'uplot';
import type { Cell } from './cells.ts';

export interface Exemplar {
  readonly atMs: number;
  readonly durationMs: number;
  readonly traceId: string;
}

/** Half of a diamond, in CSS pixels. */
const DIAMOND_PX = 4.5;
/** As far as a finger misses. */
const NEAR_PX = 12;

export function drawCells(chart: uPlot, cells: readonly Cell[], shades: readonly string[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { fromMs, toMs, lowMs, highMs, shade } of cells) {
    const [left, right] = [chart.valToPos(fromMs, 'x', true), chart.valToPos(toMs, 'x', true)];
    const [top, bottom] = [chart.valToPos(highMs, 'y', true), chart.valToPos(lowMs, 'y', true)];
    ctx.fillStyle = shades[shade] ?? '';
    // Whole pixels: what lies side by side must neither overlap nor leave a line between.
    const [x, y] = [Math.round(left), Math.round(top)];
    ctx.fillRect(x, y, Math.max(1, Math.round(right) - x), Math.max(1, Math.round(bottom) - y));
  }
  ctx.restore();
}

export function drawExemplars(chart: uPlot, exemplars: readonly Exemplar[], line: string, fill: string): void {
  const { ctx } = chart;
  const size = DIAMOND_PX * devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = line;
  ctx.fillStyle = fill;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const exemplar of exemplars) {
    const [x, y] = [chart.valToPos(exemplar.atMs, 'x', true), chart.valToPos(exemplar.durationMs, 'y', true)];
    ctx.beginPath();
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

/** The exemplar under a point of the plot, in CSS pixels. */
export function exemplarNear(
  chart: uPlot,
  exemplars: readonly Exemplar[],
  at: { readonly left: number; readonly top: number },
): Exemplar | undefined {
  const far = exemplars.map((exemplar) => ({
    exemplar,
    px: Math.hypot(chart.valToPos(exemplar.atMs, 'x') - at.left, chart.valToPos(exemplar.durationMs, 'y') - at.top),
  }));
  const [nearest] = far.filter(({ px }) => px <= NEAR_PX).toSorted((a, b) => a.px - b.px);
  return nearest?.exemplar;
}
