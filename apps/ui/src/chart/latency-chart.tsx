import { useComputedColorScheme } from '@mantine/core';
import type { LatencyAnswer } from '@mapscope/contract';
import { useEffect, useRef, type RefObject } from 'react';
import UPlot from 'uplot';
import { latencyOptions, type LatencyChartSpec } from './latency-options.ts';
import { readChartColors } from './theme-colors.ts';

interface LatencyChartProps extends Pick<LatencyChartSpec, 'marks' | 'onHover' | 'onSelect'> {
  readonly latency: LatencyAnswer;
  readonly label: string;
}

const HEIGHT = 300;

const toColumns = ({ series }: LatencyAnswer): UPlot.AlignedData => [
  [...series.startUnixMs],
  [...series.p50Ms],
  [...series.p99Ms],
];

/** Follows the width of its element. The element has a height of its own, so that nothing jumps. */
function followWidth(element: HTMLElement, chart: UPlot): () => void {
  const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
  observer.observe(element);
  return () => observer.disconnect();
}

function useLatencyChart({ latency, marks, onHover, onSelect }: LatencyChartProps): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const parent = element.current;
    if (parent === null) return undefined;
    // The attribute of the new scheme is on the document before effects run, so the colours are the new ones.
    const size = { width: parent.clientWidth, height: HEIGHT };
    const spec = { ...size, colors: readChartColors(), marks, onHover, onSelect };
    const chart = new UPlot(latencyOptions(spec), toColumns(latency), parent);
    const stop = followWidth(parent, chart);
    return () => {
      stop();
      chart.destroy();
    };
  }, [latency, marks, onHover, onSelect, scheme]);
  return element;
}

export function LatencyChart(props: LatencyChartProps) {
  const element = useLatencyChart(props);
  return <div ref={element} className="chart" style={{ height: HEIGHT }} role="img" aria-label={props.label} />;
}
