import { useComputedColorScheme } from '@mantine/core';
import type { HeatmapAnswer } from '@mapscope/contract';
import { useEffect, useMemo, useRef, type KeyboardEvent, type RefObject } from 'react';
import UPlot from 'uplot';
import { cellsOf, latencyRangeOf, stepsOf, type Steps } from '../heatmap/cells.ts';
import { exemplarNear, type Exemplar } from '../heatmap/draw.ts';
import { pressKey, rungsOf, selectionOf, type KeyBrush } from '../heatmap/key-brush.ts';
import { latencyOptions, type LatencyChartSpec } from './latency-options.ts';
import { readChartColors } from './theme-colors.ts';

interface LatencyChartProps extends Pick<LatencyChartSpec, 'marks' | 'onHover' | 'onSelect' | 'view' | 'exemplars'> {
  readonly heatmap: HeatmapAnswer;
  readonly label: string;
  readonly onExemplar: (exemplar: Exemplar) => void;
}

const HEIGHT = 340;

const toColumns = ({ startUnixMs, p50Ms, p99Ms }: Steps, stepMs: number): UPlot.AlignedData => [
  // A quantile is that of its whole step: it stands in the middle of its cells.
  startUnixMs.map((at) => at + stepMs / 2),
  [...p50Ms],
  [...p99Ms],
];

/** Follows the width of its element. The element has a height of its own, so that nothing jumps. */
function followWidth(element: HTMLElement, chart: UPlot): () => void {
  const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
  observer.observe(element);
  return () => observer.disconnect();
}

interface Drawn {
  readonly element: RefObject<HTMLDivElement | null>;
  readonly chart: RefObject<UPlot | null>;
}

function useLatencyChart(props: LatencyChartProps, latency: readonly [number, number]): Drawn {
  const { heatmap, marks, exemplars, view, onHover, onSelect, onExemplar } = props;
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const parent = element.current;
    if (parent === null) return undefined;
    // The attribute of the new scheme is on the document before effects run, so the colours are the new ones.
    const size = { width: parent.clientWidth, height: HEIGHT };
    const cells = cellsOf(heatmap);
    const spec = { ...size, colors: readChartColors(), marks, cells, exemplars, latency, view, onHover, onSelect };
    const made = new UPlot(latencyOptions(spec), toColumns(stepsOf(heatmap), heatmap.stepMs), parent);
    chart.current = made;
    const click = ({ offsetX: left, offsetY: top }: MouseEvent): void => {
      const near = exemplarNear(made, exemplars, { left, top });
      if (near !== undefined) onExemplar(near);
    };
    made.over.addEventListener('click', click);
    const stop = followWidth(parent, made);
    return () => {
      stop();
      made.destroy();
    };
  }, [heatmap, marks, exemplars, latency, view, onHover, onSelect, onExemplar, scheme]);
  return { element, chart };
}

/** Mouse and keys draw the same brush; the words for what is selected are `onHover`'s. */
export function LatencyChart(props: LatencyChartProps) {
  const { heatmap, onHover, onSelect } = props;
  const latency = useMemo(() => latencyRangeOf(heatmap), [heatmap]);
  const steps = useMemo(() => stepsOf(heatmap), [heatmap]);
  const { element, chart } = useLatencyChart(props, latency);
  const brush = useRef<KeyBrush>({ at: steps.startUnixMs.length >> 1, anchor: undefined, rung: 0 });
  const onKey = (event: KeyboardEvent): void => {
    const drawn = chart.current;
    if (drawn === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') {
      const asked = askedBy(brush.current, steps, { stepMs: heatmap.stepMs, latency });
      if (asked !== undefined) onSelect(asked);
      return;
    }
    const board = { steps: steps.startUnixMs.length, rungs: rungsOf(latency) };
    const next = pressKey(brush.current, event.key, event.shiftKey, board);
    if (next === undefined) return;
    event.preventDefault();
    brush.current = next;
    onHover(next.at);
    showBrush(drawn, askedBy(next, steps, { stepMs: heatmap.stepMs, latency }), steps.startUnixMs[next.at]);
  };
  return (
    <div
      ref={element}
      className="chart"
      style={{ height: HEIGHT }}
      tabIndex={0}
      role="application"
      aria-roledescription="chart"
      aria-label={props.label}
      onKeyDown={onKey}
    />
  );
}

type Asked = Parameters<LatencyChartSpec['onSelect']>[0];

function askedBy(
  brush: KeyBrush,
  { startUnixMs }: Steps,
  { stepMs, latency }: { readonly stepMs: number; readonly latency: readonly [number, number] },
): Asked | undefined {
  const selected = selectionOf(brush, latency);
  const [from, to] = selected?.steps.map((step) => startUnixMs[step]) ?? [];
  if (from === undefined || to === undefined) return undefined;
  return { time: [from, to + stepMs], minMs: selected?.minMs, maxMs: undefined };
}

/** The brush as the mouse would have drawn it, and the cursor beside it. */
function showBrush(chart: UPlot, asked: Asked | undefined, atMs: number | undefined): void {
  if (atMs !== undefined) chart.setCursor({ left: chart.valToPos(atMs, 'x'), top: 10 }, false);
  const none = { left: 0, top: 0, width: 0, height: 0 };
  if (asked === undefined) return chart.setSelect(none, false);
  const [left, right] = asked.time.map((ms) => chart.valToPos(ms, 'x')) as [number, number]; // two in, two out
  const plotHeight = chart.bbox.height / devicePixelRatio;
  const bottom = asked.minMs === undefined ? plotHeight : chart.valToPos(asked.minMs, 'y');
  chart.setSelect({ left, top: 0, width: right - left, height: bottom }, false);
}
