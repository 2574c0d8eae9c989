/** The table of incidents as a plain array, with the promises of the real one: the highest version of an id counts. */
import type { Crash, IncidentRecord, IncidentStore, ScopeInterval, StoredIncident } from '@mapscope/store';

export interface MemoryIncidents extends IncidentStore {
  readonly written: readonly IncidentRecord[];
}

export interface Seen {
  readonly intervals?: () => readonly ScopeInterval[];
  readonly crashes?: () => readonly Crash[];
  readonly services?: readonly string[];
  readonly nowUnixMillis?: () => number;
}

const newestFirst = (a: StoredIncident, b: StoredIncident): number => Number(b.startUnixNanos - a.startUnixNanos);

function current(written: readonly StoredIncident[], service?: string): readonly StoredIncident[] {
  const byId = new Map<string, StoredIncident>();
  for (const one of written) if (one.version >= (byId.get(one.id)?.version ?? 0)) byId.set(one.id, one);
  return [...byId.values()]
    .filter((one) => one.state !== 'merged' && (service === undefined || one.service === service))
    .sort(newestFirst);
}

export function memoryIncidents(seen: Seen = {}): MemoryIncidents {
  const written: StoredIncident[] = [];
  const now = seen.nowUnixMillis ?? (() => 1_795_598_640_000);
  return {
    written,
    list: ({ window, service, state, limit, after }) =>
      Promise.resolve(
        current(written, service)
          .filter((one) => one.startUnixNanos < window.toUnixNanos && one.endUnixNanos >= window.fromUnixNanos)
          .filter((one) => state === undefined || one.state === state)
          .filter((one) => after === undefined || one.startUnixNanos < after.startUnixNanos)
          .slice(0, limit),
      ),
    get: (id) => Promise.resolve(current(written).find((one) => one.id === id)),
    changes: (since, service) =>
      Promise.resolve(current(written, service).filter((one) => one.changedUnixMillis >= since)),
    nowUnixMillis: () => Promise.resolve(now()),
    put: (records) => {
      for (const one of records) written.push({ ...one, changedUnixMillis: now() });
      return Promise.resolve();
    },
    intervals: ({ fromUnixNanos: from, toUnixNanos: to }, service) =>
      Promise.resolve(
        (seen.intervals?.() ?? [])
          .filter(({ startUnixNanos }) => startUnixNanos >= from && startUnixNanos < to)
          .filter((one) => service === undefined || one.service === service),
      ),
    crashes: (since) => Promise.resolve((seen.crashes?.() ?? []).filter(({ unixNanos }) => unixNanos >= since)),
    services: () => Promise.resolve({ watched: seen.services ?? ['order'], withSpans: [], leftOut: 0 }),
  };
}
