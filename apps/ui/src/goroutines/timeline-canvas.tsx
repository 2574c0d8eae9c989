import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import { readTimelineColors } from './colors.ts';
import { AXIS_PX, drawScene, laneWidth, NAMES_PX, ROW_PX, xToMs, type Scene } from './draw.ts';
import type { Choice } from './choice.ts';
import type { Tracks } from './tracks.ts';
import { panned, pressed, zoomed, type View } from './view.ts';

export interface TimelineCanvasProps {
  readonly tracks: Tracks;
  readonly view: View;
  readonly chosen: Choice | undefined;
  readonly label: string;
  readonly onView: (view: View) => void;
  readonly onChoose: (choice: Choice) => void;
  /** a key that is none of the canvas */
  readonly onKey: (key: string) => boolean;
}

const MAX_HEIGHT = 560;
const WHEEL_ZOOM = 1.2;

/** The box scrolls over all rows; the canvas stays in it and draws those in sight. */
export function TimelineCanvas(props: TimelineCanvasProps) {
  const { tracks, view, chosen, label, onView, onChoose } = props;
  const rows = tracks.tracks.length;
  const height = Math.min(MAX_HEIGHT, AXIS_PX + rows * ROW_PX + 4);
  const box = useRef<HTMLDivElement>(null);
  const { canvas, width } = useDrawing(box, props, height);
  useWheelZoom(box, props, width);
  useRevealedRow(box, chosen?.track, height);
  const drag = useDrag({ view, width, endMs: tracks.endMs, onView });
  const choose = (event: PointerEvent<HTMLDivElement>): void => {
    if (drag.end(event) || box.current === null) return;
    const at = box.current.getBoundingClientRect();
    const track = Math.floor((event.clientY - at.top - AXIS_PX + box.current.scrollTop) / ROW_PX);
    if (event.clientY - at.top < AXIS_PX || tracks.tracks[track] === undefined) return;
    onChoose({ track, atMs: xToMs({ view, width }, Math.max(NAMES_PX, event.clientX - at.left)) });
  };
  const press = (event: KeyboardEvent): void => pressedOn(props, event);
  return (
    <div
      ref={box}
      className="timeline"
      style={{ height }}
      tabIndex={0}
      role="application"
      aria-roledescription="timeline"
      aria-label={label}
      onKeyDown={press}
      onPointerDown={drag.begin}
      onPointerMove={drag.move}
      onPointerUp={choose}
    >
      <canvas ref={canvas} className="timeline-canvas" style={{ height }} />
      <div style={{ height: Math.max(0, rows * ROW_PX + AXIS_PX - height) }} />
    </div>
  );
}

/** Zooms about what is chosen, if that is in view. */
function pressedOn({ tracks, view, chosen, onView, onKey }: TimelineCanvasProps, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isInView = chosen !== undefined && chosen.atMs >= view.fromMs && chosen.atMs <= view.toMs;
  const about = isInView ? chosen.atMs : (view.fromMs + view.toMs) / 2;
  const next = pressed(view, event.key, about, tracks.endMs);
  if (next !== undefined) onView(next);
  if (next !== undefined || onKey(event.key)) event.preventDefault();
}

function useDrawing(box: RefObject<HTMLDivElement | null>, props: TimelineCanvasProps, height: number) {
  const { tracks, view, chosen } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(800);
  const [scrollTop, setScrollTop] = useState(0);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    const onScroll = (): void => setScrollTop(element.scrollTop);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [box]);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    element.width = Math.round(width * devicePixelRatio);
    element.height = Math.round(height * devicePixelRatio);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const scene: Scene = {
      tracks: tracks.tracks,
      endMs: tracks.endMs,
      view,
      width,
      height,
      scrollTop,
      chosen,
      colors: readTimelineColors(),
    };
    drawScene(context, scene);
  }, [tracks, view, chosen, width, height, scrollTop, scheme]);
  return { canvas, width };
}

/** React listens to wheels passively (react-dom 19, listenToNativeEvent), and a passive listener cannot keep the page still. */
function useWheelZoom(box: RefObject<HTMLDivElement | null>, props: TimelineCanvasProps, width: number): void {
  const { view, tracks, onView } = props;
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.shiftKey) return;
      event.preventDefault();
      const at = xToMs({ view, width }, event.clientX - element.getBoundingClientRect().left);
      const next = event.ctrlKey
        ? zoomed(view, event.deltaY < 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM, at, tracks.endMs)
        : panned(view, Math.sign(event.deltaY + event.deltaX) * 0.1, tracks.endMs);
      onView(next);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [box, view, width, tracks, onView]);
}

function useRevealedRow(box: RefObject<HTMLDivElement | null>, track: number | undefined, height: number): void {
  useEffect(() => {
    const element = box.current;
    if (element === null || track === undefined) return;
    const [top, room] = [track * ROW_PX, height - AXIS_PX];
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_PX > element.scrollTop + room) element.scrollTop = top + ROW_PX - room;
  }, [box, track, height]);
}

const CLICK_PX = 4;

interface DragNeeds extends Pick<TimelineCanvasProps, 'view' | 'onView'> {
  readonly width: number;
  readonly endMs: number;
}

/** A drag pans; anything shorter is a click. */
function useDrag({ view, width, endMs, onView }: DragNeeds) {
  const from = useRef<{ readonly x: number; readonly view: View } | undefined>(undefined);
  const begin = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button === 0) from.current = { x: event.clientX, view };
  };
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const began = from.current;
    if (began === undefined || event.buttons === 0 || Math.abs(event.clientX - began.x) < CLICK_PX) return;
    onView(panned(began.view, (began.x - event.clientX) / laneWidth(width), endMs));
  };
  const end = (event: PointerEvent<HTMLDivElement>): boolean => {
    const wasDrag = from.current !== undefined && Math.abs(event.clientX - from.current.x) >= CLICK_PX;
    from.current = undefined;
    return wasDrag;
  };
  return { begin, move, end };
}
