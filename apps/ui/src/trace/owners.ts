/** On which request, and within which of its spans, a wait happened. Pure. */
import type { TraceWaitJson } from '@mapscope/contract';
import type { RequestNode, TraceNode } from './tree.ts';

/** SDK and probe read different clocks of one machine. */
const SLACK_MS = 1;

export interface TimedWait {
  readonly wait: TraceWaitJson;
  readonly startMs: number;
}

/**
 * Tells of a wait the request and those of its spans that were open all the time, outermost first; none: outside of
 * every request. The probe knows the goroutine's request; a span within it is told by time alone.
 */
export function ownersAmong(nodes: readonly TraceNode[]): (timed: TimedWait) => readonly TraceNode[] {
  const requests = nodes.filter((node) => node.kind === 'request');
  // What causes stands before what it causes, so each parent is known by then.
  const requestOfNode = new Map<TraceNode, RequestNode>();
  for (const node of nodes) {
    const request = node.kind === 'request' ? node : node.parent && requestOfNode.get(node.parent);
    if (request !== undefined) requestOfNode.set(node, request);
  }
  const spans = Map.groupBy(
    nodes.filter((node) => node.kind === 'span'),
    (node) => requestOfNode.get(node),
  );
  return (timed) => {
    const request = requestOf(timed, requests);
    if (request === undefined) return [];
    const path: TraceNode[] = [];
    let node = innermost(timed, spans.get(request) ?? []);
    for (; node !== undefined && node !== request; node = node.parent) path.push(node);
    return [request, ...path.toReversed()];
  };
}

/** Its own goroutine's request at that time; else, for goroutines a request started, the innermost one at that time. */
function requestOf({ wait, startMs }: TimedWait, requests: readonly RequestNode[]): RequestNode | undefined {
  const around = requests.filter((node) => startMs >= node.startMs && startMs <= node.startMs + node.lengthMs);
  const own = around.find(({ request }) => request.goroutine === wait.waiterGoroutine);
  return own ?? around.toSorted((a, b) => a.lengthMs - b.lengthMs)[0];
}

const innermost = (timed: TimedWait, spans: readonly TraceNode[]): TraceNode | undefined =>
  spans.filter((span) => covers(span, timed)).toSorted((a, b) => b.depth - a.depth || a.lengthMs - b.lengthMs)[0];

const covers = (node: TraceNode, { wait, startMs }: TimedWait): boolean =>
  startMs >= node.startMs - SLACK_MS && startMs + wait.waitMs <= node.startMs + node.lengthMs + SLACK_MS;
