/** What the metrics page asks the store besides what grew: how things stand now. */
import { NANOS_PER_SECOND } from '@mapscope/events';
import type { AgentStatus, ContentionRow, PipelineCount, ServiceSummary, StoredIncident } from '@mapscope/store';
import type { ProbeControl, QueryStore } from '../ports.ts';

/** Services beyond these are left out and counted: a label set must not grow with what it watches. */
const MAX_SERVICES = 20;
const MAX_PLATFORMS = 5;
const MAX_PAIRS = 1000;
const MAX_INCIDENTS = 100;
const RATIO_WINDOW_NANOS = 300n * NANOS_PER_SECOND;
const INCIDENT_WINDOW_NANOS = 24n * 3600n * NANOS_PER_SECOND;

export interface Ratio {
  readonly service: string;
  readonly platform: string;
  readonly ratio: number;
}

export interface Snapshot {
  readonly ratios: readonly Ratio[];
  readonly counts: readonly PipelineCount[];
  readonly agents: readonly AgentStatus[];
  /** open ones */
  readonly incidents: readonly StoredIncident[];
  /** messages in Kafka that no writer has stored; undefined: Kafka does not answer, or is not configured */
  readonly writerLag: number | undefined;
  readonly servicesLeftOut: number;
}

/** One after the other: a scrape must not take the places of people who wait for an answer. */
export async function takeSnapshot(
  store: QueryStore,
  control: ProbeControl | null,
  nowUnixNanos: bigint,
): Promise<Snapshot> {
  const window = { fromUnixNanos: nowUnixNanos - RATIO_WINDOW_NANOS, toUnixNanos: nowUnixNanos };
  const all = (await store.services(window)).toSorted((a, b) => b.requests - a.requests);
  const services = all.slice(0, MAX_SERVICES);
  const ratios: Ratio[] = [];
  for (const one of services) {
    ratios.push(...ratiosOf(one, await store.contention({ service: one.service, window }, MAX_PAIRS)));
  }
  // Both begin with the agents, which the store then asks for once.
  const [counts, agents] = await Promise.all([store.pipeline(), store.agents()]);
  const day = { ...window, fromUnixNanos: nowUnixNanos - INCIDENT_WINDOW_NANOS };
  const incidents = await store.incidents.list({ window: day, state: 'open', limit: MAX_INCIDENTS });
  const writerLag = await control?.writerLag().catch(() => undefined);
  return {
    ratios,
    counts: boundServices(counts),
    agents: boundServices(agents),
    incidents,
    writerLag,
    servicesLeftOut: all.length - services.length,
  };
}

/** A row's ratio is over the wall time of its own platform, so only rows of one platform add up. */
function ratiosOf({ service, platforms }: ServiceSummary, rows: readonly ContentionRow[]): readonly Ratio[] {
  return platforms.slice(0, MAX_PLATFORMS).map((platform) => {
    const own = rows.filter((row) => row.platform === platform);
    return { service, platform, ratio: own.reduce((sum, row) => sum + row.ratio, 0) };
  });
}

/** Agents come and go; a metric is per service and kind. */
function boundServices<Row extends { readonly service: string }>(rows: readonly Row[]): readonly Row[] {
  const names = new Set([...new Set(rows.map((row) => row.service))].slice(0, MAX_SERVICES));
  return rows.filter((row) => names.has(row.service));
}
