/**
 * What is drawn under and over the lines of a latency chart:
 *
 *      baseline            incident
 *   ░░░░░░░░░░░░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
 *   ╌╌╌╌╌ p99 before ╌╌╌╌╌╌ without this wait ╌╌
 */
import type uPlot from 'uplot';
import { duration } from '../format/duration.ts';
import type { ChartColors } from './theme-colors.ts';
import type { MsRange } from './visible-range.ts';

export interface LatencyMarks {
  readonly window: MsRange;
  /** what the window is: an incident, or only a time somebody asked about */
  readonly windowLabel: string;
  /** absent: compared with other requests of the same time */
  readonly baseline: MsRange | undefined;
  /** what is asked about: drawn over the lines; a latency that is absent is an open end */
  readonly brush:
    | { readonly time: MsRange; readonly minMs: number | undefined; readonly maxMs: number | undefined }
    | undefined;
  /** moments and times in which the probes changed */
  readonly probes: readonly { readonly atMs: number; readonly untilMs?: number | undefined; readonly text: string }[];
  readonly beforeMs: number | null;
  readonly withoutMs: number | null;
}

const LABEL_FONT_PX = 11;

interface Level {
  readonly range: MsRange;
  readonly ms: number;
  readonly color: string;
  /** behind the text */
  readonly back: string;
  readonly text: string;
}

/** Pixels of the canvas that a time range covers, cut to the plot. */
function pixelsOf(chart: uPlot, [from, to]: MsRange): readonly [number, number] {
  const { left, width } = chart.bbox;
  const cut = (ms: number): number => Math.min(left + width, Math.max(left, chart.valToPos(ms, 'x', true)));
  return [cut(from), cut(to)];
}

function drawBand(chart: uPlot, range: MsRange, color: string): void {
  const { ctx, bbox } = chart;
  const [from, to] = pixelsOf(chart, range);
  ctx.fillStyle = color;
  ctx.fillRect(from, bbox.top, to - from, bbox.height);
}

/** Left out where the band is too narrow for it. */
function drawBandLabel(chart: uPlot, range: MsRange, color: string, label: string): void {
  const { ctx, bbox } = chart;
  const [from, to] = pixelsOf(chart, range);
  const scale = devicePixelRatio;
  ctx.font = `600 ${LABEL_FONT_PX * scale}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  ctx.fillStyle = color;
  if (ctx.measureText(label).width + 12 * scale < to - from)
    ctx.fillText(label, from + 6 * scale, bbox.top + 5 * scale);
}

function drawLevel(chart: uPlot, { range, ms, color, back, text }: Level): void {
  const { ctx } = chart;
  const [from, to] = pixelsOf(chart, range);
  const y = Math.round(chart.valToPos(ms, 'y', true));
  const scale = devicePixelRatio;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.5 * scale;
  ctx.setLineDash([5 * scale, 4 * scale]);
  ctx.beginPath();
  ctx.moveTo(from, y);
  ctx.lineTo(to, y);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = `600 ${LABEL_FONT_PX * scale}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  const width = ctx.measureText(text).width;
  if (width + 12 * scale >= to - from) return;
  // Lines and cells run behind it.
  ctx.fillStyle = back;
  ctx.fillRect(from + 3 * scale, y - (LABEL_FONT_PX + 7) * scale, width + 6 * scale, (LABEL_FONT_PX + 5) * scale);
  ctx.fillStyle = color;
  ctx.fillText(text, from + 6 * scale, y - 4 * scale);
}

export function drawBands(chart: uPlot, marks: LatencyMarks, colors: ChartColors): void {
  chart.ctx.save();
  if (marks.baseline !== undefined) drawBand(chart, marks.baseline, colors.baseline);
  if (marks.brush === undefined) drawBand(chart, marks.window, colors.window);
  chart.ctx.restore();
}

/** ┌╌╌╌┐ around the requests asked about; the plot's edge where an end is open. */
function drawBrush(chart: uPlot, { brush }: LatencyMarks, { brush: color, brushFill }: ChartColors): void {
  if (brush === undefined) return;
  const { ctx, bbox } = chart;
  const [from, to] = pixelsOf(chart, brush.time);
  const pixel = (ms: number): number =>
    Math.min(bbox.top + bbox.height, Math.max(bbox.top, chart.valToPos(ms, 'y', true)));
  const top = brush.maxMs === undefined ? bbox.top : pixel(brush.maxMs);
  const bottom = brush.minMs === undefined || brush.minMs <= 0 ? bbox.top + bbox.height : pixel(brush.minMs);
  ctx.fillStyle = brushFill;
  ctx.fillRect(from, top, to - from, bottom - top);
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.strokeRect(from, top, to - from, bottom - top);
}

function drawProbes(chart: uPlot, { probes }: LatencyMarks, { text: color, baseline }: ChartColors): void {
  const { ctx, bbox } = chart;
  for (const { atMs, untilMs } of probes) {
    if (untilMs !== undefined) drawBand(chart, [atMs, untilMs], baseline);
    const [at] = pixelsOf(chart, [atMs, atMs]);
    ctx.strokeStyle = color;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    drawFlag(ctx, at, bbox.top, color);
  }
}

/** ▼ at the top of the line. */
function drawFlag(ctx: CanvasRenderingContext2D, at: number, top: number, color: string): void {
  const size = 5 * devicePixelRatio;
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.moveTo(at - size, top);
  ctx.lineTo(at + size, top);
  ctx.lineTo(at, top + size * 1.4);
  ctx.fill();
}

export function drawLevels(chart: uPlot, marks: LatencyMarks, colors: ChartColors): void {
  const { window, windowLabel, baseline, beforeMs, withoutMs } = marks;
  chart.ctx.save();
  drawProbes(chart, marks, colors);
  drawBrush(chart, marks, colors);
  if (baseline !== undefined) drawBandLabel(chart, baseline, colors.text, 'baseline');
  drawBandLabel(chart, window, marks.brush === undefined ? colors.p99 : colors.brush, windowLabel);
  if (beforeMs !== null && baseline !== undefined) {
    drawLevel(chart, {
      range: baseline,
      ms: beforeMs,
      color: colors.before,
      back: colors.mark,
      text: `p99 before ${duration(beforeMs)}`,
    });
  }
  if (withoutMs !== null) {
    drawLevel(chart, {
      range: window,
      ms: withoutMs,
      color: colors.without,
      back: colors.mark,
      text: `without ${duration(withoutMs)}`,
    });
  }
  chart.ctx.restore();
}
