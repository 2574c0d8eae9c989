/**
 * kafkajs 2.2.4 on Node 24 (https://github.com/tulios/kafkajs/issues/1751): RequestQueue.scheduleCheckPendingRequests
 * calls setTimeout(throttledUntil − now) with throttledUntil = −1, that is a negative time: Node warns
 * (TimeoutNegativeWarning), takes 1 ms, and the check schedules itself again, for ever: 1 000 wake-ups a second and
 * connection while nothing is throttled and nothing waits.
 *
 * Mended at its root and only there: a check is scheduled only when a request waits. Waiting requests are also checked
 * whenever a response arrives or a request times out, so nothing depends on the timer but throttling by the broker.
 * Other warnings of Node stay as they are. kafkajs is pinned to 2.2.4; were the method gone, nothing is changed.
 */
import { createRequire } from 'node:module';

/** The fields of kafkajs' RequestQueue that the method uses (src/network/requestQueue/index.js of 2.2.4). */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

/** Same name and value as there: how often waiting requests are looked at when no throttling is on. */
const CHECK_PENDING_REQUESTS_INTERVAL_MILLIS = 10;

function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const throttledMillis = this.throttledUntil - Date.now();
  const delayMillis = throttledMillis > 0 ? throttledMillis : CHECK_PENDING_REQUESTS_INTERVAL_MILLIS;
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, delayMillis);
}

export function fixNegativeTimers(): void {
  // An internal file of kafkajs has no types; its shape is checked in the next line.
  const queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as { readonly prototype?: object };
  if (typeof Reflect.get(queue.prototype ?? {}, 'scheduleCheckPendingRequests') !== 'function') return;
  Reflect.set(queue.prototype ?? {}, 'scheduleCheckPendingRequests', scheduleCheckPendingRequests);
}
