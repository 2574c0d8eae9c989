import type { Clickhouse } from '../../connection/clickhouse.ts';
import { readCrashes } from './crashes.ts';
import { readDump, readDumps } from './dumps.ts';
import { readHeatmap } from './heatmap.ts';
import type { ViewSource } from './records.ts';
import { readServiceMap } from './service-map.ts';
import { readSlowest } from './slowest.ts';
import { readWaitStacks } from './wait-stacks.ts';

export const viewsOver = (clickhouse: Clickhouse): ViewSource => ({
  heatmap: (query, stepSeconds) => readHeatmap(clickhouse, query, stepSeconds),
  slowest: (query, limit) => readSlowest(clickhouse, query, limit),
  waitStacks: (query, asked) => readWaitStacks(clickhouse, query, asked),
  dumps: (service, window, limit) => readDumps(clickhouse, service, window, limit),
  dump: (asked) => readDump(clickhouse, asked),
  serviceMap: (window) => readServiceMap(clickhouse, window),
  crashes: (service, window, limit) => readCrashes(clickhouse, service, window, limit),
});
