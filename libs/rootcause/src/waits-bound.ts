/**
 * Can waits be told by request? Not where requests carry no trace ids, and not where no agent watched requests (family http):
 * spans of an SDK tell of requests then, and nothing says which of them a goroutine worked for.
 */
import type { Findings, RequestColumns } from './evidence.ts';

const NO_TRACE = /^0*$/;
/** Of the requests, the part that must be known by an id for waits to be told by request. */
const MIN_TRACED = 0.5;

export function areWaitsBound(
  { count, traceIds }: Pick<RequestColumns, 'count' | 'traceIds'>,
  { watched }: Pick<Findings, 'watched'>,
): boolean {
  if (watched.length > 0 && !watched.includes('http_requests')) return false;
  let traced = 0;
  for (let r = 0; r < count; r += 1) if (!NO_TRACE.test(traceIds[r] ?? '')) traced += 1;
  return traced >= count * MIN_TRACED;
}
