import { expect, test } from 'vitest';
import { flameOf, neighbour, zoomed } from './layout.ts';

const site = (name: string, line = 1) => ({ function: name, file: `${name}.go`, line });
const stack = (names: string, waitMs: number, baselineWaitMs = 0) => ({
  frames: names
    .split(' ')
    .map((name) => site(name))
    .toReversed(),
  waits: 1,
  waitMs,
  baselineWaits: 0,
  baselineWaitMs,
});
const flame = flameOf({
  items: [stack('serve product Get', 60, 5), stack('serve product Touch', 10, 5), stack('serve cart List', 30)],
});
const placeOf = (path: string) => {
  const frame = flame.frames.find((one) => one.path === path);
  return frame && [frame.depth, Number(frame.left.toFixed(6)), Number(frame.width.toFixed(6))];
};

const gained = (path: string) => flame.frames.find((frame) => frame.path === path)?.gained;
const walk = (path: string, key: string) => neighbour(flame.frames, path, key)?.path;

test('a frame is as wide as what was waited below it, and lies under its caller', () => {
  expect(flame).toMatchObject({ depth: 3, totalMs: 100, baselineTotalMs: 10 });
  expect(placeOf('/serve')).toEqual([0, 0, 1]);
  expect(placeOf('/serve/product')).toEqual([1, 0, 0.7]);
  expect(placeOf('/serve/product/Touch')).toEqual([2, 0.6, 0.1]);
  expect(placeOf('/serve/cart/List')).toEqual([2, 0.7, 0.3]);
  expect(flame.frames.find(({ path }) => path === '/serve/product')).toMatchObject({ waits: 2, selfMs: 0 });
});

test('the difference is of shares, so that a longer window is not a worse one', () => {
  expect(gained('/serve')).toBe(0);
  expect(gained('/serve/product/Touch')).toBeCloseTo(0.1 - 0.5);
  expect(gained('/serve/cart')).toBeCloseTo(0.3);
});

test('a frame made as wide as all keeps those above it, and loses its neighbours', () => {
  const frames = zoomed(flame, '/serve/product');
  expect(frames.map(({ path, left, width }) => [path, left, Number(width.toFixed(3))])).toEqual([
    ['/serve', 0, 1],
    ['/serve/product', 0, 1],
    ['/serve/product/Get', 0, 0.857],
    ['/serve/product/Touch', expect.closeTo(0.857, 2), 0.143],
  ]);
  expect(zoomed(flame, '/gone')).toBe(flame.frames);
});

test('arrows walk to callers, callees and neighbours, and stop at the edges', () => {
  expect(walk('/serve', 'ArrowDown')).toBe('/serve/product');
  expect(walk('/serve/product', 'ArrowRight')).toBe('/serve/cart');
  expect(walk('/serve/cart', 'ArrowDown')).toBe('/serve/cart/List');
  expect(walk('/serve/cart/List', 'ArrowUp')).toBe('/serve/cart');
  expect(walk('/serve/cart', 'ArrowRight')).toBeUndefined();
  expect(walk('/serve', 'ArrowUp')).toBeUndefined();
});

test('no stacks, and stacks that were not stored', () => {
  expect(flameOf({ items: [] })).toMatchObject({ frames: [], depth: 0 });
  expect(flameOf({ items: [{ ...stack('x', 1), frames: [] }] }).frames[0]?.site.function).toBe('stack not stored');
});
