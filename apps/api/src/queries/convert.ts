/** From the store's rows to the words of libs/contract. Pure; what rootcause owns is converted there. */
import { formatUnixNanos, toCodeSite, toMs, type ContentionRowJson, type ServiceJson } from '@mapscope/contract';
import type { ContentionRow, ServiceSummary } from '@mapscope/store';

export const toServiceJson = (row: ServiceSummary): ServiceJson => ({
  service: row.service,
  platforms: [...row.platforms],
  requests: row.requests,
  firstSeen: formatUnixNanos(row.firstUnixNanos),
  lastSeen: formatUnixNanos(row.lastUnixNanos),
});

export const toContentionJson = (row: ContentionRow): ContentionRowJson => ({
  waiter: toCodeSite(row.waiter),
  releasedAt: toCodeSite(row.holder),
  lockKind: row.lockKind,
  platform: row.platform,
  waits: row.waits,
  waitMs: toMs(row.waitNanos),
  schedMs: toMs(row.schedNanos),
  maxWaitMs: toMs(row.maxWaitNanos),
  locks: row.locks,
  contentionRatio: Number.isFinite(row.ratio) ? row.ratio : null,
});
