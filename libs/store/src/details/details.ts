import type { Clickhouse } from '../connection/clickhouse.ts';
import { readContentionSeries } from './contention-series.ts';
import { readLock, readLocks } from './locks.ts';
import { readMap, readMaps } from './maps.ts';
import { readPlatforms } from './platforms.ts';
import type { DetailSource } from './records.ts';

export const detailsOver = (clickhouse: Clickhouse): DetailSource => ({
  contentionSeries: (query, asked) => readContentionSeries(clickhouse, query, asked),
  locks: (query, page) => readLocks(clickhouse, query, page),
  lock: (query, address, page) => readLock(clickhouse, query, address, page),
  maps: (query, page) => readMaps(clickhouse, query, page),
  map: (query, address, page) => readMap(clickhouse, query, address, page),
  platforms: (query) => readPlatforms(clickhouse, query),
});
