import type { Clickhouse } from '../connection/clickhouse.ts';
import { readCrashes, readIntervals, readWatchedServices } from './found-by.ts';
import type { IncidentStore } from './records.ts';
import { changedIncidents, listIncidents, putIncidents, readIncident } from './stored.ts';

export function incidentsOver(clickhouse: Clickhouse, nowUnixMillis: () => Promise<number>): IncidentStore {
  return {
    list: (selection) => listIncidents(clickhouse, selection),
    get: (id) => readIncident(clickhouse, id),
    changes: (sinceUnixMillis, service) => changedIncidents(clickhouse, sinceUnixMillis, service),
    nowUnixMillis,
    put: (records) => putIncidents(clickhouse, records),
    intervals: (window, service) => readIntervals(clickhouse, window, service),
    crashes: (sinceUnixNanos) => readCrashes(clickhouse, sinceUnixNanos),
    services: (window) => readWatchedServices(clickhouse, window),
  };
}
