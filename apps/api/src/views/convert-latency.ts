/** Latency by cell and waits by stack, from the store's rows to the words of libs/contract. Pure. */
import {
  formatUnixNanos,
  toCodeSite,
  toMs,
  type HeatmapAnswer,
  type SlowestAnswer,
  type WaitStacksAnswer,
} from '@mapscope/contract';
import type { LatencyHeatmap, SlowRequest, WaitStacks } from '@mapscope/store';

type HeatmapPart = Omit<HeatmapAnswer, 'service' | 'window'>;

export const toHeatmapJson = (map: LatencyHeatmap): HeatmapPart => ({
  stepMs: toMs(Number(map.stepNanos)),
  bucketsPerOctave: map.bucketsPerOctave,
  source: map.source,
  series: {
    startUnixMs: map.startUnixNanos.map((nanos) => toMs(Number(nanos))),
    requests: [...map.requests],
    p50Ms: map.p50Nanos.map(toMs),
    p99Ms: map.p99Nanos.map(toMs),
  },
  cells: { steps: [...map.cells.steps], buckets: [...map.cells.buckets], requests: [...map.cells.requests] },
});

export const toSlowJson = (slow: SlowRequest): SlowestAnswer['items'][number] => ({
  start: formatUnixNanos(slow.startUnixNanos),
  durationMs: toMs(slow.durationNanos),
  traceId: slow.traceId,
  route: slow.route,
});

type StacksPart = Pick<WaitStacksAnswer, 'totalWaitMs' | 'baselineTotalWaitMs' | 'items'>;

export const toWaitStackJson = (found: WaitStacks): StacksPart => ({
  totalWaitMs: toMs(found.totalWaitNanos),
  baselineTotalWaitMs: toMs(found.baselineTotalWaitNanos),
  items: found.stacks.map((stack) => ({
    frames: stack.frames.map(toCodeSite),
    waits: stack.waits,
    waitMs: toMs(stack.waitNanos),
    baselineWaits: stack.baselineWaits,
    baselineWaitMs: toMs(stack.baselineWaitNanos),
  })),
});
