/** Tracks on a canvas: a row each, those in sight only. Everything in CSS pixels; the canvas is scaled once. */
import { ticksFromZero } from '../chart/ticks.ts';
import { duration } from '../format/duration.ts';
import { HEIGHT_OF, type Tone } from './states.ts';
import type { Track } from './tracks.ts';
import { piecesOf, type View } from './view.ts';

export const ROW_PX = 20;
export const AXIS_PX = 26;
export const NAMES_PX = 118;

export interface TimelineColors {
  readonly tones: Readonly<Record<Tone, string>>;
  readonly text: string;
  readonly grid: string;
  readonly mixed: string;
  readonly chosen: string;
  readonly crash: string;
  readonly back: string;
}

export interface Scene {
  readonly tracks: readonly Track[];
  readonly view: View;
  readonly endMs: number;
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
  readonly chosen: { readonly track: number; readonly atMs: number } | undefined;
  readonly colors: TimelineColors;
}

export const laneWidth = (width: number): number => Math.max(1, width - NAMES_PX);
export const msToX = ({ view, width }: Pick<Scene, 'view' | 'width'>, ms: number): number =>
  NAMES_PX + ((ms - view.fromMs) / (view.toMs - view.fromMs)) * laneWidth(width);
export const xToMs = ({ view, width }: Pick<Scene, 'view' | 'width'>, x: number): number =>
  view.fromMs + ((x - NAMES_PX) / laneWidth(width)) * (view.toMs - view.fromMs);

export function drawScene(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, scrollTop, tracks, colors } = scene;
  context.clearRect(0, 0, width, height);
  drawAxis(context, scene);
  const first = Math.max(0, Math.floor(scrollTop / ROW_PX));
  const last = Math.min(tracks.length, Math.ceil((scrollTop + height - AXIS_PX) / ROW_PX));
  for (let row = first; row < last; row++) drawTrack(context, scene, row);
  context.fillStyle = colors.back;
  context.fillRect(0, 0, width, AXIS_PX);
  drawAxisLabels(context, scene);
}

const FONT = '11px system-ui, sans-serif';
const TICK_PX = 150;

const ticksOf = ({ view: { fromMs, toMs }, endMs, width }: Scene): readonly number[] => {
  const [step = 0, next = 1] = ticksFromZero(toMs - fromMs, Math.max(2, Math.round(laneWidth(width) / TICK_PX)));
  const size = next - step;
  const first = Math.ceil((fromMs - endMs) / size) * size;
  // Counted from the end: what happened last is what one asks about.
  return Array.from({ length: Math.floor((toMs - fromMs) / size) + 1 }, (_, i) => endMs + first + i * size);
};

function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  context.fillStyle = scene.colors.grid;
  for (const at of ticksOf(scene)) context.fillRect(Math.round(msToX(scene, at)), AXIS_PX, 1, scene.height);
}

function drawAxisLabels(context: CanvasRenderingContext2D, scene: Scene): void {
  context.fillStyle = scene.colors.text;
  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  for (const at of ticksOf(scene)) {
    const before = scene.endMs - at;
    const text = before < 1e-9 ? 'end' : `−${duration(before)}`;
    const x = msToX(scene, at);
    if (x > NAMES_PX + 16 && x < scene.width - 16) context.fillText(text, x, AXIS_PX / 2);
  }
}

function drawTrack(context: CanvasRenderingContext2D, scene: Scene, row: number): void {
  const { tracks, view, width, scrollTop, chosen, colors } = scene;
  const track = tracks[row];
  if (track === undefined) return;
  const top = AXIS_PX + row * ROW_PX - scrollTop;
  if (chosen?.track === row) {
    context.fillStyle = colors.grid;
    context.fillRect(0, top, width, ROW_PX);
  }
  context.save();
  context.beginPath();
  context.rect(NAMES_PX, top, laneWidth(width), ROW_PX);
  context.clip();
  const pixelMs = (view.toMs - view.fromMs) / laneWidth(width);
  for (const { fromMs, toMs, stretch } of piecesOf(track, view, pixelMs)) {
    const [left, right] = [msToX(scene, Math.max(fromMs, view.fromMs)), msToX(scene, Math.min(toMs, view.toMs))];
    const part = stretch === undefined ? 0.8 : HEIGHT_OF[stretch.tone];
    const high = Math.max(2, (ROW_PX - 6) * part);
    context.fillStyle = stretch === undefined ? colors.mixed : colors.tones[stretch.tone];
    context.fillRect(left, top + (ROW_PX - high) / 2, Math.max(1, right - left - 0.5), high);
    const isChosen = chosen?.track === row && chosen.atMs >= fromMs && chosen.atMs < toMs;
    if (isChosen) drawChosen(context, { left, right, top }, colors.chosen);
  }
  if (track.crashedAtMs !== undefined) drawCrash(context, msToX(scene, track.crashedAtMs), top, colors.crash);
  context.restore();
  drawName(context, track, top, colors);
}

function drawChosen(
  context: CanvasRenderingContext2D,
  { left, right, top }: { readonly left: number; readonly right: number; readonly top: number },
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.strokeRect(left + 1, top + 1, Math.max(2, right - left - 2), ROW_PX - 2);
}

/** ✕ where the process ended. */
function drawCrash(context: CanvasRenderingContext2D, x: number, top: number, color: string): void {
  const [middle, size] = [top + ROW_PX / 2, 5];
  context.strokeStyle = color;
  context.lineWidth = 2.5;
  context.beginPath();
  context.moveTo(x - size, middle - size);
  context.lineTo(x + size, middle + size);
  context.moveTo(x + size, middle - size);
  context.lineTo(x - size, middle + size);
  context.stroke();
}

function drawName(context: CanvasRenderingContext2D, track: Track, top: number, colors: TimelineColors): void {
  const isCrash = track.crashedAtMs !== undefined;
  context.fillStyle = isCrash ? colors.crash : colors.text;
  context.font = isCrash ? `bold ${FONT}` : FONT;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const name = track.goroutine === '0' ? 'not known yet' : `goroutine ${track.goroutine}`;
  context.fillText(isCrash ? `✕ ${name}` : name, 6, top + ROW_PX / 2);
}
