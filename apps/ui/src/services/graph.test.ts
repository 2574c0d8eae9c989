import { expect, test } from 'vitest';
import { BOX, graphOf } from './graph.ts';

const node = (service: string) => ({ service, requests: 10, requestMs: 1, p99Ms: 1, waitMs: 0 });
const edge = (service: string, target: string | null, calls = 10) => ({
  service,
  host: `${target ?? 'mail'}:80`,
  target,
  calls,
  failed: 0,
  callMs: 1,
  p99Ms: 1,
});
const columnOf = (graph: ReturnType<typeof graphOf>, id: string): number =>
  graph.boxes.find((box) => box.id === id)?.x ?? -1;

test('who calls stands left of who is called, on the longest way; hosts nobody watches are there too', () => {
  const graph = graphOf({
    nodes: ['bazaar', 'stock', 'ledger'].map(node),
    edges: [edge('bazaar', 'stock'), edge('stock', 'ledger'), edge('bazaar', 'ledger'), edge('bazaar', null)],
  });
  const x = ['bazaar', 'stock', 'ledger', 'mail:80'].map((id) => columnOf(graph, id));
  expect(x[0]).toBeLessThan(x[1] ?? 0);
  expect(x[1]).toBeLessThan(x[2] ?? 0);
  expect(x[3]).toBe(x[1]);
  expect(graph.boxes.find(({ id }) => id === 'mail:80')?.node).toBeUndefined();
  expect(graph.arrows).toHaveLength(4);
});

test('no two boxes overlap, and all lie in the picture', () => {
  const names = Array.from({ length: 30 }, (_, i) => `s${i}`);
  const edges = names.flatMap((name, i) => [edge(name, `s${(i * 7) % 30}`), edge(name, `s${(i * 3 + 1) % 30}`)]);
  const { boxes, width, height } = graphOf({ nodes: names.map(node), edges });
  expect(new Set(boxes.map(({ x, y }) => `${x} ${y}`)).size).toBe(30);
  for (const { x, y } of boxes) expect(x + BOX.width <= width && y + BOX.height <= height).toBe(true);
});

test('circles, a service that calls itself, and nothing at all end', () => {
  const circle = graphOf({ nodes: ['a', 'b'].map(node), edges: [edge('a', 'b'), edge('b', 'a'), edge('a', 'a')] });
  expect(circle.boxes).toHaveLength(2);
  expect(circle.arrows.every(({ path }) => !path.includes('NaN'))).toBe(true);
  expect(graphOf({ nodes: [], edges: [] }).boxes).toEqual([]);
});

test('an arrow is as thick as the logarithm of its calls', () => {
  const { arrows } = graphOf({ nodes: [], edges: [edge('a', 'b', 100_000), edge('a', 'c', 300), edge('a', 'd', 1)] });
  expect(arrows.map(({ weight }) => weight)).toEqual([5, 3, 1]);
});
