/**
 * Which request or span caused which. Pure. A request that both a probe and an SDK saw is one row with the other in it:
 *
 *   span     frontend  GET           client      id c1
 *   request    order   POST /order   probe       parent c1, by its traceparent
 *   span         order POST /order   server      parent c1 too, the same request: drawn within it
 *   span           order SELECT      internal    parent: the server span
 */
import type { TraceAnswer, TraceRequestJson, TraceSpanJson } from '@mapscope/contract';
import { msBetween } from '../format/instant.ts';

export type TraceNode = TreePlace &
  (
    | { readonly kind: 'request'; readonly request: TraceRequestJson }
    | { readonly kind: 'span'; readonly span: TraceSpanJson }
  );

interface TreePlace {
  readonly service: string;
  readonly startMs: number;
  readonly lengthMs: number;
  /** the node above it; undefined: nothing above it is stored */
  readonly parent: TraceNode | undefined;
  readonly depth: number;
}

export type RequestNode = Extract<TraceNode, { readonly kind: 'request' }>;

/** Not yet placed. */
type Seed = { readonly startMs: number } & (
  | { readonly kind: 'request'; readonly it: TraceRequestJson }
  | { readonly kind: 'span'; readonly it: TraceSpanJson }
);

/** Every request and span once: what caused before what was caused, siblings by time. */
export function nodesOf(trace: TraceAnswer, start: string): readonly TraceNode[] {
  const seeds = [
    ...trace.requests.map((it): Seed => ({ kind: 'request', it, startMs: msBetween(start, it.start) })),
    ...trace.spans.map((it): Seed => ({ kind: 'span', it, startMs: msBetween(start, it.start) })),
  ].toSorted((a, b) => a.startMs - b.startMs || b.it.durationMs - a.it.durationMs);
  const parents = parentsOf(seeds);
  const children = Map.groupBy(seeds, (seed) => parents.get(seed));
  const nodes: TraceNode[] = [];
  const seen = new Set<Seed>();
  // An own stack: a chain of ten thousand spans is deeper than the browser's.
  const walk = (root: Seed): void => {
    const waiting: [Seed, TraceNode | undefined][] = [[root, undefined]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [seed, parent] = next;
      if (seen.has(seed)) continue;
      seen.add(seed);
      const node = toNode(seed, parent);
      nodes.push(node);
      for (const child of (children.get(seed) ?? []).toReversed()) waiting.push([child, node]);
    }
  };
  for (const root of children.get(undefined) ?? []) walk(root);
  // Spans that are their own ancestors hang on no root; what comes first in time begins.
  for (const seed of seeds) if (!seen.has(seed)) walk(seed);
  return nodes;
}

function toNode(seed: Seed, parent: TraceNode | undefined): TraceNode {
  const { startMs, it } = seed;
  const depth = parent === undefined ? 0 : parent.depth + 1;
  const place = { service: it.service, startMs, lengthMs: it.durationMs, parent, depth };
  return seed.kind === 'request'
    ? { ...place, kind: 'request', request: seed.it }
    : { ...place, kind: 'span', span: seed.it };
}

function parentsOf(seeds: readonly Seed[]): ReadonlyMap<Seed, Seed> {
  const byId = new Map(seeds.map((seed) => [seed.it.spanId, seed]));
  const requests = seeds.filter((seed) => seed.kind === 'request');
  const found = new Map<Seed, Seed>();
  for (const seed of seeds) {
    const above = seed.it.parentSpanId === null ? undefined : byId.get(seed.it.parentSpanId);
    const parent = seed.kind === 'span' ? (sameRequest(seed, requests, above) ?? above) : above;
    if (parent !== undefined && parent !== seed) found.set(seed, parent);
  }
  return found;
}

/** The probe's row of the request that a server span is: called by the same span; else, without a known caller, of the same service. */
function sameRequest(span: Seed, requests: readonly Seed[], above: Seed | undefined): Seed | undefined {
  if (span.kind !== 'span' || span.it.kind !== 'server') return undefined;
  const around = requests
    .filter((request) => overlapMs(request, span) > 0)
    .toSorted((a, b) => overlapMs(b, span) - overlapMs(a, span));
  const { parentSpanId, service } = span.it;
  const siblings = around.filter(({ it }) => parentSpanId !== null && it.parentSpanId === parentSpanId);
  const sibling = siblings.find(({ it }) => it.service === service) ?? siblings[0];
  if (sibling !== undefined || above !== undefined) return sibling;
  return around.find(({ it }) => it.service === service);
}

const endOf = ({ startMs, it }: Seed): number => startMs + it.durationMs;
const overlapMs = (a: Seed, b: Seed): number => Math.min(endOf(a), endOf(b)) - Math.max(a.startMs, b.startMs);
