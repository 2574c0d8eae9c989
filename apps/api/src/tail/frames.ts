/** From rows to server-sent events, as text. Pure. */
import {
  formatUnixNanos,
  toCodeSite,
  toMs,
  type TailEventJson,
  type TailKind,
  type TailProblemJson,
  type TailSkippedJson,
} from '@mapscope/contract';
import type { TailedKind, TailRow } from '@mapscope/store';

export const EVENT_OF_KIND = {
  lock_waits: 'lock_wait',
  http_requests: 'http_request',
  probe_events: 'probe_event',
} as const satisfies Record<TailedKind, TailKind>;

export const kindsOf = (event: TailKind | undefined): readonly TailedKind[] => {
  // Object.keys gives string[]; the keys are exactly the ring kinds.
  const kinds = Object.keys(EVENT_OF_KIND) as TailedKind[];
  return event === undefined ? kinds : kinds.filter((kind) => EVENT_OF_KIND[kind] === event);
};

const NO_TRACE = /^0*$/;
/** Never seen, so there is no line to show. */
const siteOf = (site: TailRow['holder']) => (site === undefined || site.function === '' ? undefined : toCodeSite(site));
const millisOf = (nanos: number | undefined) => (nanos === undefined ? undefined : toMs(nanos));

/** What does not belong to the kind is undefined, and JSON leaves it out. */
export const toTailEvent = (row: TailRow): TailEventJson => ({
  ts: formatUnixNanos(row.unixNanos),
  service: row.service,
  platform: row.platform,
  kind: EVENT_OF_KIND[row.kind],
  traceId: NO_TRACE.test(row.traceId) ? null : row.traceId,
  durationMs: millisOf(row.durationNanos),
  route: row.route,
  method: row.method,
  waitMs: millisOf(row.waitNanos),
  schedMs: millisOf(row.schedNanos),
  lockKind: row.lockKind,
  waiter: siteOf(row.waiter),
  holder: siteOf(row.holder),
  message: row.message,
});

/** JSON has no line feed in it, so one data line is enough. */
export const frame = (event: string, id: string, data: object): string =>
  `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

export const eventFrame = (id: string, row: TailRow): string => frame(EVENT_OF_KIND[row.kind], id, toTailEvent(row));
export const skippedFrame = (id: string, skipped: TailSkippedJson): string => frame('skipped', id, skipped);
export const problemFrame = (id: string, problem: TailProblemJson): string => frame('problem', id, problem);

/** An id without data dispatches no event but is remembered, so even a quiet tail resumes where it was. */
export const idFrame = (id: string, comment: string): string => `: ${comment}\nid: ${id}\n\n`;
