/** A trace as lines: requests and spans as a tree in the order of time, under each request where it waited. Pure. */
import {
  type TraceAnswer,
  type TraceRequestJson,
  type TraceSpanJson,
  type TraceWaitJson,
  parseRfc3339,
} from '@mapscope/contract';
import { duration } from './numbers.ts';
import { place } from './places.ts';
import { printable } from './table.ts';

interface Node {
  readonly id: string;
  readonly parentId: string | null;
  readonly startNanos: bigint;
  readonly title: string;
  readonly waits: readonly TraceWaitJson[];
}

export function traceLines(trace: TraceAnswer, link: string): readonly string[] {
  const nodes = nodesOf(trace);
  const begin = nodes.reduce((least, { startNanos }) => (startNanos < least ? startNanos : least), firstOf(nodes));
  const ids = new Set(nodes.map(({ id }) => id));
  const roots = nodes.filter(({ parentId, id }) => parentId === null || parentId === id || !ids.has(parentId));
  const children = Map.groupBy(nodes, ({ parentId }) => parentId);
  const shown = new Set<Node>();
  const lines = roots.flatMap((root) => subtree(root, { depth: 0, begin, children, shown }));
  const head = `trace ${trace.traceId}: ${trace.requests.length} requests, ${trace.waits.length} waits, ${trace.spans.length} spans`;
  const loose = trace.waits.filter((wait) => !nodes.some(({ waits }) => waits.includes(wait)));
  const rest =
    loose.length === 0 ? [] : ['', 'waits of other goroutines', ...loose.map((wait) => waitLine(wait, begin))];
  return [head, '', ...lines, ...rest, '', `page  ${link}`];
}

interface Walk {
  readonly depth: number;
  readonly begin: bigint;
  readonly children: ReadonlyMap<string | null, readonly Node[]>;
  /** a trace from outside may name its parents in a circle */
  readonly shown: Set<Node>;
}

function subtree(node: Node, walk: Walk): readonly string[] {
  const { depth, begin, children, shown } = walk;
  if (shown.has(node)) return [];
  shown.add(node);
  const indent = '  '.repeat(Math.min(depth, 40));
  const below = (children.get(node.id) ?? []).filter((child) => child !== node);
  return [
    `${offset(node.startNanos, begin)}  ${indent}${printable(node.title)}`,
    ...node.waits.map((wait) => waitLine(wait, begin, indent)),
    ...below.flatMap((child) => subtree(child, { ...walk, depth: depth + 1 })),
  ];
}

const WIDTH = 9;
const offset = (at: bigint, begin: bigint): string => `+${duration(Number(at - begin) / 1e6)}`.padStart(WIDTH);

function waitLine(wait: TraceWaitJson, begin: bigint, indent = ''): string {
  const at = offset(nanosOf(wait), begin);
  const who = `waited ${duration(wait.waitMs)} for ${wait.lockKind} in ${place(wait.waiter)}`;
  const trace = wait.holderTraceId === null ? '' : ` (trace ${wait.holderTraceId})`;
  return `${at}  ${indent}  · ${printable(`${who}, held by ${place(wait.releasedAt)}${trace}`)}`;
}

/** An SDK's span and the probe's request are one thing seen twice where they share their id: the request is kept. */
function nodesOf({ requests, waits, spans }: TraceAnswer): readonly Node[] {
  const seen = new Set(requests.map(({ spanId }) => spanId));
  const nodes = [
    ...requests.map((request) => requestNode(request, waits)),
    ...spans.filter(({ spanId }) => !seen.has(spanId)).map(spanNode),
  ];
  return nodes.sort((a, b) => (a.startNanos < b.startNanos ? -1 : 1));
}

const nanosOf = ({ start }: { readonly start: string }): bigint => parseRfc3339(start) ?? 0n;
const firstOf = (nodes: readonly Node[]): bigint => nodes[0]?.startNanos ?? 0n;

/** Waits of the goroutine that served it, from its begin to its end. */
function requestNode(request: TraceRequestJson, waits: readonly TraceWaitJson[]): Node {
  const { spanId, parentSpanId, service, method, route, durationMs, goroutine, end } = request;
  const from = nanosOf(request);
  const to = from + BigInt(Math.ceil(durationMs * 1e6));
  const own = waits.filter(
    (wait) => wait.waiterGoroutine === goroutine && nanosOf(wait) >= from && nanosOf(wait) <= to,
  );
  const ended = end === 'finished' ? '' : `, ${end}`;
  const title = `${service}: ${method} ${route}  ${duration(durationMs)}, goroutine ${goroutine}${ended}`;
  return { id: spanId, parentId: parentSpanId, startNanos: from, title, waits: own };
}

function spanNode(span: TraceSpanJson): Node {
  const failed = span.status === 'error' ? ', error' : '';
  const title = `${span.service}: ${span.name}  ${duration(span.durationMs)}, ${span.kind} span${failed}`;
  return { id: span.spanId, parentId: span.parentSpanId, startNanos: nanosOf(span), title, waits: [] };
}
