/** What was done to maps and sync.Maps, and what crashed. */
import { MAP_EVENT_KINDS, SYNCMAP_EVENT_KINDS } from '@mapscope/events';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { addressText, mapOpOf, probeEventKindOf, syncmapOpOf } from '../names.ts';
import { sumInserted } from './inserted-rows.ts';
import type { CrashGrowth, InsertedWindow, MapGrowth, SyncmapGrowth } from './records.ts';

interface Place {
  readonly service: string;
  readonly platform: string;
}

export async function mapGrowth(clickhouse: Clickhouse, window: InsertedWindow): Promise<readonly MapGrowth[]> {
  const { count, conflict } = MAP_EVENT_KINDS;
  const rows = await sumInserted<Place & { op: number; key_class: string; operations: string; conflicts: string }>(
    clickhouse,
    'map_events',
    window,
    {
      by: 'service, platform, op, key_class',
      select: `sumIf(map_events.count, kind = ${count}) AS operations, countIf(kind = ${conflict}) AS conflicts`,
      largest: 'operations',
      where: `kind IN (${count}, ${conflict})`,
    },
  );
  return rows.map(({ service, platform, op, key_class: keyClass, operations, conflicts }) => ({
    service,
    platform,
    keyClass,
    op: mapOpOf(op),
    operations: Number(operations),
    conflicts: Number(conflicts),
  }));
}

export async function syncmapGrowth(clickhouse: Clickhouse, window: InsertedWindow): Promise<readonly SyncmapGrowth[]> {
  const rows = await sumInserted<Place & { op: number; map_addr: string; operations: string }>(
    clickhouse,
    'syncmap_events',
    window,
    {
      by: 'service, platform, op, map_addr',
      select: 'sum(syncmap_events.count) AS operations',
      largest: 'operations',
      where: `kind = ${SYNCMAP_EVENT_KINDS.count}`,
    },
  );
  return rows.map(({ service, platform, op, map_addr: address, operations }) => ({
    service,
    platform,
    op: syncmapOpOf(op),
    mapAddress: addressText(BigInt(address)),
    operations: Number(operations),
  }));
}

export async function crashGrowth(clickhouse: Clickhouse, window: InsertedWindow): Promise<readonly CrashGrowth[]> {
  const rows = await sumInserted<Place & { kind: number; crashes: string }>(clickhouse, 'probe_events', window, {
    by: 'service, platform, kind',
    select: 'count() AS crashes',
    largest: 'crashes',
  });
  return rows.map(({ service, platform, kind, crashes }) => ({
    service,
    platform,
    kind: probeEventKindOf(kind),
    crashes: Number(crashes),
  }));
}
