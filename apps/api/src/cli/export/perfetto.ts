/**
 * The trace event format that ui.perfetto.dev and chrome://tracing open ("Trace Event Format", Google 2016): `M` names
 * processes and threads, `X` is a slice, `C` a counter; times in microseconds. Numbers count from the begin of the trace,
 * because microseconds of unix time leave a double a quarter of a microsecond. Pure.
 */
import type { ContentionSeriesAnswer, LatencyAnswer } from '@mapscope/contract';
import { formatUnixNanos } from '@mapscope/contract';
import { place } from '../words/places.ts';
import type { Lanes } from './lanes.ts';

type TraceEvent = Readonly<Record<string, string | number | Readonly<Record<string, string | number>>>>;

const NANOS_PER_MICRO = 1000;

/** Services are processes, lanes threads; numbered from 1, because goroutine ids have no bound and Perfetto's have. */
export function perfettoOfTrace({ lanes, beginUnixNanos }: Lanes, name: string): object {
  const services = [...new Set(lanes.map(({ service }) => service))];
  const events = lanes.flatMap((lane, index): readonly TraceEvent[] => {
    const at = { pid: services.indexOf(lane.service) + 1, tid: index + 1 };
    return [
      { ph: 'M', name: 'thread_name', ...at, args: { name: lane.name } },
      { ph: 'M', name: 'thread_sort_index', ...at, args: { sort_index: index } },
      ...lane.slices.map(({ name: title, kind, startNanos, durationNanos, facts }) => ({
        ph: 'X',
        name: title,
        cat: kind,
        ts: startNanos / NANOS_PER_MICRO,
        dur: durationNanos / NANOS_PER_MICRO,
        ...at,
        args: facts,
      })),
    ];
  });
  return file([...processes(services), ...events], name, beginUnixNanos);
}

const processes = (services: readonly string[]): readonly TraceEvent[] =>
  services.map((service, index) => ({
    ph: 'M',
    name: 'process_name',
    pid: index + 1,
    tid: 0,
    args: { name: service },
  }));

/** Counters over time: what each line waited, and the latency it came with. */
export function perfettoOfWindow(series: ContentionSeriesAnswer, latency: LatencyAnswer, name: string): object {
  const begin = Math.min(...series.startUnixMs, ...latency.series.startUnixMs);
  const beginMs = Number.isFinite(begin) ? begin : 0;
  const counter = (title: string, startUnixMs: readonly number[], values: readonly (number | null)[]) =>
    startUnixMs.flatMap((at, index): readonly TraceEvent[] => {
      const value = values[index] ?? null;
      return value === null ? [] : [{ ph: 'C', name: title, ts: (at - beginMs) * 1000, pid: 1, args: { ms: value } }];
    });
  const { startUnixMs, p50Ms, p99Ms } = latency.series;
  const events = [
    ...series.sites.flatMap(({ site, waitMs }) => counter(`waited in ${place(site)}`, series.startUnixMs, waitMs)),
    ...(series.others.sites === 0
      ? []
      : counter('waited in all other lines', series.startUnixMs, series.others.waitMs)),
    ...counter('p50', startUnixMs, p50Ms),
    ...counter('p99', startUnixMs, p99Ms),
  ];
  return file([...processes([series.service]), ...events], name, BigInt(beginMs) * 1_000_000n);
}

const file = (traceEvents: readonly TraceEvent[], name: string, beginUnixNanos: bigint): object => ({
  traceEvents,
  displayTimeUnit: 'ns',
  otherData: { exporter: 'mapscope', name, begin: formatUnixNanos(beginUnixNanos) },
});
