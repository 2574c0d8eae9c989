/**
 * What the store says of the probed services, as metrics, fetched when somebody scrapes and kept for ten seconds.
 * Services beyond the bound are left out and counted: a label set must not grow with what it watches.
 */
import { type Clock, NANOS_PER_SECOND } from '@mapscope/events';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ContentionRow, PipelineCount, ServiceSummary } from '@mapscope/store';
import type { QueryStore } from '../ports.ts';

const MAX_SERVICES = 20;
const KEEP_NANOS = 10n * NANOS_PER_SECOND;
const RATIO_WINDOW_NANOS = 300n * NANOS_PER_SECOND;
const MAX_PAIRS = 1000;
const MAX_PLATFORMS = 5;

interface Ratio {
  readonly service: string;
  readonly platform: string;
  readonly ratio: number;
}

export interface StoreSnapshot {
  readonly ratios: readonly Ratio[];
  readonly counts: readonly PipelineCount[];
  readonly servicesLeftOut: number;
}

export async function takeSnapshot(store: QueryStore, nowUnixNanos: bigint): Promise<StoreSnapshot> {
  const window = { fromUnixNanos: nowUnixNanos - RATIO_WINDOW_NANOS, toUnixNanos: nowUnixNanos };
  const all = [...(await store.services(window))].sort((a, b) => b.requests - a.requests);
  const services = all.slice(0, MAX_SERVICES);
  const ratios: Ratio[] = [];
  // One after the other: a scrape must not take the places of people who wait for an answer.
  for (const one of services) {
    const rows = await store.contention({ service: one.service, window }, MAX_PAIRS);
    ratios.push(...ratiosOf(one, rows));
  }
  const counts = boundServices(await store.pipeline());
  return { ratios, counts, servicesLeftOut: all.length - services.length };
}

/** A row's ratio is over the wall time of its own platform, so only rows of one platform add up. */
function ratiosOf({ service, platforms }: ServiceSummary, rows: readonly ContentionRow[]): readonly Ratio[] {
  return platforms.slice(0, MAX_PLATFORMS).map((platform) => {
    const own = rows.filter((row) => row.platform === platform);
    return { service, platform, ratio: own.reduce((sum, row) => sum + row.ratio, 0) };
  });
}

/** Agents come and go; the metric is per service and kind. */
function boundServices(rows: readonly PipelineCount[]): readonly PipelineCount[] {
  const names = new Set([...new Set(rows.map((row) => row.service))].slice(0, MAX_SERVICES));
  return rows.filter((row) => names.has(row.service));
}

interface Families {
  readonly up: Gauge;
  readonly leftOut: Gauge;
  readonly ratio: Gauge;
  readonly submitted: Counter;
  readonly lost: Counter;
  readonly published: Counter;
  readonly inserted: Counter;
}

function createFamilies(registry: Registry): Families {
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['service', 'kind'], registers });
  return {
    up: gauge('mapscope_store_up', '1 if ClickHouse answered the last refresh'),
    leftOut: gauge('mapscope_metrics_services_left_out', 'Services beyond the bound of this page'),
    ratio: gauge('go_runtime_lock_contention_ratio', 'Lock wait over request wall time, last 5 minutes', [
      'service',
      'platform',
    ]),
    submitted: counter('mapscope_ring_submitted_total', 'Events written to the ring buffers'),
    lost: counter('mapscope_ring_lost_total', 'Events the ring buffers had no room for'),
    published: counter('mapscope_events_published_total', 'Events acknowledged by Kafka'),
    inserted: counter('mapscope_events_inserted_total', 'Events stored in ClickHouse'),
  };
}

function show(families: Families, snapshot: StoreSnapshot | undefined): void {
  const { ratio, submitted, lost, published, inserted } = families;
  for (const family of [ratio, submitted, lost, published, inserted]) family.reset();
  families.up.set(snapshot === undefined ? 0 : 1);
  families.leftOut.set(snapshot?.servicesLeftOut ?? 0);
  for (const row of snapshot?.ratios ?? []) ratio.set({ service: row.service, platform: row.platform }, row.ratio);
  for (const row of snapshot?.counts ?? []) {
    const labels = { service: row.service, kind: row.kind };
    submitted.inc(labels, row.ringSubmitted);
    lost.inc(labels, row.ringLost);
    published.inc(labels, row.published);
    inserted.inc(labels, row.inserted);
  }
}

/** Returns `refresh`: brings the families up to date, at most once in ten seconds, once at a time. */
export function createStoreMetrics(registry: Registry, store: QueryStore, clock: Clock): () => Promise<void> {
  const families = createFamilies(registry);
  let freshUntil = 0n;
  let running: Promise<void> | undefined;
  const refresh = async (): Promise<void> => {
    const snapshot = await takeSnapshot(store, clock.unixNanos()).catch(() => undefined);
    show(families, snapshot);
    freshUntil = clock.monotonicNanos() + KEEP_NANOS;
    running = undefined;
  };
  return () => {
    if (running === undefined && clock.monotonicNanos() >= freshUntil) running = refresh();
    return running ?? Promise.resolve();
  };
}
