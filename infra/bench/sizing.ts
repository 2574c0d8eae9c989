/**
 * What a load takes, from what the benchmarks measured on one machine: results of the suites store and storage → infra/docs/
 * sizing.md. Costs per event are measured, so cores follow by multiplication; what is assumed beyond is said in the page. Pure.
 */
import { table, type Result } from './report.ts';

export interface Costs {
  /** CPU seconds per million events */
  readonly broker: number;
  readonly writer: number;
  readonly clickhouse: number;
  readonly writerMebibytes: number;
  readonly clickhouseMebibytes: number;
  /** on disk, of the kinds that the store's benchmark writes, in equal shares */
  readonly bytesPerEvent: number;
}

export interface Need {
  readonly eventsPerSecond: number;
  readonly brokerCores: number;
  readonly writerCores: number;
  readonly clickhouseCores: number;
  readonly writers: number;
  readonly partitions: number;
  readonly memoryGibibytes: number;
  readonly gigabytesPerDay: number;
}

const LOADS = [10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000] as const;
/** Of a core: the rest is for peaks, queries and catching up. */
const BUSY = 0.6;
/** A writer is one thread, and what it decompresses beside it. */
const CORES_A_WRITER = 1;
const FEWEST_PARTITIONS = 8;
/** So that writers come and go without one of them idle. */
const PARTITIONS_A_WRITER = 4;
/** The store benchmark's machine, for whose load its peak of memory was measured. */
const MEASURED_CORES = 2;
const DAY_SECONDS = 86_400;
const KINDS = ['lock_waits', 'http_requests', 'map_events'] as const;

function valueOf(result: Result, name: string): number {
  const found = result.metrics.find((each) => each.name === name);
  if (found !== undefined) return found.value;
  throw new Error(`results of ${result.name} lack ${name}: run npm run bench -- ${result.name} --write`);
}

export function readCosts(store: Result, storage: Result): Costs {
  const bytes = KINDS.map((kind) => valueOf(storage, `storage_${kind}`));
  return {
    broker: valueOf(store, 'store_broker_cpu'),
    writer: valueOf(store, 'store_writer_cpu'),
    clickhouse: valueOf(store, 'store_clickhouse_cpu'),
    writerMebibytes: valueOf(store, 'store_writer_peak'),
    clickhouseMebibytes: valueOf(store, 'store_clickhouse_peak'),
    bytesPerEvent: bytes.reduce((sum, each) => sum + each, 0) / bytes.length,
  };
}

export function needOf(eventsPerSecond: number, costs: Costs): Need {
  const cores = (cpuSeconds: number): number => (eventsPerSecond * cpuSeconds) / 1e6 / BUSY;
  const writers = Math.max(1, Math.ceil(cores(costs.writer) / CORES_A_WRITER));
  const clickhouseCores = cores(costs.clickhouse);
  const engines = Math.max(1, clickhouseCores / MEASURED_CORES);
  return {
    eventsPerSecond,
    brokerCores: cores(costs.broker),
    writerCores: cores(costs.writer),
    clickhouseCores,
    writers,
    partitions: 2 ** Math.ceil(Math.log2(Math.max(FEWEST_PARTITIONS, writers * PARTITIONS_A_WRITER))),
    memoryGibibytes: (writers * costs.writerMebibytes + engines * costs.clickhouseMebibytes) / 1024,
    gigabytesPerDay: (eventsPerSecond * DAY_SECONDS * costs.bytesPerEvent) / 1e9,
  };
}

export function renderSizing(store: Result, storage: Result): string {
  const costs = readCosts(store, storage);
  const rows = LOADS.map((load) => cells(needOf(load, costs)));
  const { cpu, cores, loadAverage, measured } = store.machine;
  return [
    '# Sizing',
    '',
    'Computed by `npm run bench -- store storage --write` from `infra/bench/results/`; no number here is typed by hand.',
    '',
    ...table(HEAD, rows),
    '',
    `Measured on: ${cpu}, ${cores} cores, load average ${loadAverage} before, ${measured}. A million events cost`,
    `${round(costs.broker)} CPU seconds in the broker, ${round(costs.writer)} in the writer and ${round(costs.clickhouse)} in ClickHouse, and ${round(costs.bytesPerEvent)} bytes of disk each.`,
    '',
    'What this rests on:',
    '',
    `- Events in equal shares of lock waits, requests and map events. Another mix: the bytes of each kind stand in [benchmarks](../BENCHMARKS.md).`,
    `- A core is ${BUSY * 100} % busy; the rest is for peaks, queries and catching up. Costs grow with the load as they are: measured to what two cores take, arithmetic beyond.`,
    `- A writer takes a core. ${PARTITIONS_A_WRITER} partitions a writer, a power of two, ${FEWEST_PARTITIONS} at least (topics are made with ${FEWEST_PARTITIONS}; give them more before the first batch).`,
    '- Memory is the measured peak of a writer, and that of ClickHouse for each two of its cores; page cache and the broker (1 GiB of heap) come on top.',
    '- Disk is one copy. Raw rows are kept 7 days: seven times the last column. Kafka holds a day, at most 1 GiB a partition.',
    '- More than about 16 cores of ClickHouse are several servers: `mapscope schema --cluster` prints replicated and distributed tables.',
    '',
  ].join('\n');
}

const HEAD = [
  'events/s',
  'broker cores',
  'writer cores',
  'ClickHouse cores',
  'writers',
  'partitions',
  'memory, GiB',
  'disk a day, GB',
];

const cells = (need: Need): readonly string[] => [
  need.eventsPerSecond.toLocaleString('en'),
  round(need.brokerCores),
  round(need.writerCores),
  round(need.clickhouseCores),
  String(need.writers),
  String(need.partitions),
  round(need.memoryGibibytes),
  round(need.gigabytesPerDay),
];

/** Two digits that mean something. */
const round = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en');
