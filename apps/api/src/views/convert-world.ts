/** Services, their calls and their crashes, from the store's rows to the words of libs/contract. Pure. */
import { formatUnixNanos, toCodeSite, toMs, type CrashJson, type ServiceMapAnswer } from '@mapscope/contract';
import type { CrashEvent, ServiceMap } from '@mapscope/store';

const NO_TRACE = '0'.repeat(32);

export const toServiceMapJson = ({ nodes, edges }: ServiceMap): Omit<ServiceMapAnswer, 'window'> => ({
  nodes: nodes.map(({ service, requests, durationNanos, p99Nanos, waitNanos }) => ({
    service,
    requests,
    requestMs: toMs(durationNanos),
    p99Ms: toMs(p99Nanos),
    waitMs: toMs(waitNanos),
  })),
  edges: edges.map(({ service, host, target, calls, failed, durationNanos, p99Nanos }) => ({
    service,
    host,
    target: target ?? null,
    calls,
    failed,
    callMs: toMs(durationNanos),
    p99Ms: toMs(p99Nanos),
  })),
});

export const toCrashJson = (crash: CrashEvent): CrashJson => ({
  at: formatUnixNanos(crash.unixNanos),
  service: crash.service,
  platform: crash.platform,
  kind: crash.kind,
  message: crash.message,
  pid: crash.pid,
  goroutine: crash.goid,
  traceId: crash.traceId === NO_TRACE ? null : crash.traceId,
  stack: crash.stack.map(toCodeSite),
  dumpAt: crash.dumpUnixNanos === undefined ? null : formatUnixNanos(crash.dumpUnixNanos),
});
