/** Do requests carry trace ids? Where the probe was told to look for none, and clients send none, all ids are zero. */
import type { RequestColumns } from './evidence.ts';

const NO_TRACE = /^0*$/;
/** Of the requests, the part that must be known by an id for waits to be told by request. */
const MIN_TRACED = 0.5;

export function isTraced({ count, traceIds }: Pick<RequestColumns, 'count' | 'traceIds'>): boolean {
  let traced = 0;
  for (let r = 0; r < count; r += 1) if (!NO_TRACE.test(traceIds[r] ?? '')) traced += 1;
  return traced >= count * MIN_TRACED;
}
