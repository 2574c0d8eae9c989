/**
 * Requests by time and latency, from the columns of `GET /api/v1/latency/heatmap` to what is drawn. Pure.
 *
 *   bucket b = 2^(b/n) … 2^((b+1)/n) ns        shade: the logarithm of how many, so that one slow request is seen
 *                                              beside ten thousand usual ones
 */
import type { HeatmapAnswer } from '@mapscope/contract';

export const SHADES = 7;

export interface Cell {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  readonly requests: number;
  /** 0 … SHADES − 1 */
  readonly shade: number;
}

const NANOS_PER_MS = 1e6;

/** Where a bucket begins. */
export const bucketMs = (bucket: number, bucketsPerOctave: number): number =>
  2 ** (bucket / bucketsPerOctave) / NANOS_PER_MS;

export const mostOf = ({ cells }: HeatmapAnswer): number =>
  cells.requests.reduce((most, requests) => Math.max(most, requests), 0);

/** One request has the first shade, `most` the last one. */
export function shadeOf(requests: number, most: number): number {
  if (most <= 1) return SHADES - 1;
  return Math.min(SHADES - 1, Math.floor((Math.log(requests) / Math.log(most)) * SHADES));
}

/** From how many requests on each shade is used; shades that no count has are left out. */
export function legendOf(most: number): readonly { readonly shade: number; readonly from: number }[] {
  if (most < 1) return [];
  const starts = Array.from({ length: SHADES }, (_, shade) => ({
    shade: most <= 1 ? SHADES - 1 : shade,
    from: Math.max(1, Math.ceil(most ** (shade / SHADES) - 1e-9)),
  }));
  return starts.filter(({ from }, i) => from <= most && from !== starts[i + 1]?.from);
}

export function cellsOf(answer: HeatmapAnswer): readonly Cell[] {
  const { stepMs, bucketsPerOctave, series, cells } = answer;
  const most = mostOf(answer);
  return cells.steps.map((step, i) => {
    const [fromMs, bucket, requests] = [series.startUnixMs[step] ?? 0, cells.buckets[i] ?? 0, cells.requests[i] ?? 0];
    return {
      fromMs,
      toMs: fromMs + stepMs,
      lowMs: bucketMs(bucket, bucketsPerOctave),
      highMs: bucketMs(bucket + 1, bucketsPerOctave),
      requests,
      shade: shadeOf(requests, most),
    };
  });
}

export interface Steps {
  readonly startUnixMs: readonly number[];
  readonly requests: readonly number[];
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

/** Steps between the first and the last that have no request are there too: a line must not bridge what nobody asked. */
export function stepsOf({ series, stepMs }: HeatmapAnswer): Steps {
  const { startUnixMs } = series;
  const [first, last] = [startUnixMs[0], startUnixMs.at(-1)];
  if (first === undefined || last === undefined) return { startUnixMs: [], requests: [], p50Ms: [], p99Ms: [] };
  const indexAt = new Map(startUnixMs.map((at, index) => [Math.round((at - first) / stepMs), index]));
  const indexes = Array.from({ length: Math.round((last - first) / stepMs) + 1 }, (_, n) => indexAt.get(n));
  const pick = <T>(values: readonly number[], none: T): (number | T)[] =>
    indexes.map((index) => (index === undefined ? none : (values[index] ?? none)));
  return {
    startUnixMs: indexes.map((_, n) => first + n * stepMs),
    requests: pick(series.requests, 0),
    p50Ms: pick(series.p50Ms, null),
    p99Ms: pick(series.p99Ms, null),
  };
}

/** More rows than this are stripes, not cells. */
const MAX_ROWS = 64;

/** The same requests in cells twice as high, as often as there are too many rows. */
export function coarser(answer: HeatmapAnswer): HeatmapAnswer {
  const { steps, buckets, requests } = answer.cells;
  const least = buckets.reduce((min, bucket) => Math.min(min, bucket), Infinity);
  const most = buckets.reduce((max, bucket) => Math.max(max, bucket), -Infinity);
  if (most - least < MAX_ROWS || answer.bucketsPerOctave % 2 !== 0) return answer;
  const sums = new Map<string, { readonly step: number; readonly bucket: number; requests: number }>();
  for (const [i, step] of steps.entries()) {
    const bucket = Math.floor((buckets[i] ?? 0) / 2);
    const sum = sums.get(`${step} ${bucket}`) ?? { step, bucket, requests: 0 };
    sum.requests += requests[i] ?? 0;
    sums.set(`${step} ${bucket}`, sum);
  }
  const cells = [...sums.values()];
  return coarser({
    ...answer,
    bucketsPerOctave: answer.bucketsPerOctave / 2,
    cells: {
      steps: cells.map((cell) => cell.step),
      buckets: cells.map((cell) => cell.bucket),
      requests: cells.map((cell) => cell.requests),
    },
  });
}

/** From the fastest to the slowest cell. */
export function latencyRangeOf({ cells, bucketsPerOctave }: HeatmapAnswer): readonly [number, number] {
  if (cells.buckets.length === 0) return [1, 1000];
  const [low, high] = cells.buckets.reduce(
    ([least, most], bucket) => [Math.min(least, bucket), Math.max(most, bucket)] as const,
    [Infinity, -Infinity] as const,
  );
  return [bucketMs(low, bucketsPerOctave), bucketMs(high + 1, bucketsPerOctave)];
}

/** Of each step, how many requests took up to 1, 10, 100 … ms: columns of the table twin. */
export function decadesOf(answer: HeatmapAnswer): {
  readonly upToMs: readonly number[];
  /** by step that has requests, in their order */
  readonly counts: readonly (readonly number[])[];
} {
  const [low, high] = latencyRangeOf(answer);
  const [first, last] = [
    Math.floor(Math.log10(low)) + 1,
    Math.max(Math.ceil(Math.log10(high)), Math.floor(Math.log10(low)) + 1),
  ];
  const upToMs = Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
  const counts = answer.series.startUnixMs.map(() => upToMs.map(() => 0));
  for (const [i, step] of answer.cells.steps.entries()) {
    const middle = bucketMs((answer.cells.buckets[i] ?? 0) + 0.5, answer.bucketsPerOctave);
    const row = counts[step];
    const column = upToMs.findIndex((bound) => middle < bound);
    if (row !== undefined && column >= 0) row[column] = (row[column] ?? 0) + (answer.cells.requests[i] ?? 0);
  }
  return { upToMs, counts };
}
