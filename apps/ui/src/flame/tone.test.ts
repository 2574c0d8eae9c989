import { expect, test } from 'vitest';
import type { FlameFrame } from './layout.ts';
import { differenceTone, plainTone } from './tone.ts';

const frame = (name: string, part: Partial<FlameFrame> = {}): FlameFrame => ({
  path: name,
  site: { function: name, file: '', line: 1 },
  depth: 0,
  left: 0,
  width: 1,
  waits: 1,
  waitMs: 1,
  selfMs: 0,
  gained: 0,
  ...part,
});

test('runtime, libraries and the service differ', () => {
  expect(
    ['sync.(*Mutex).Lock', 'net/http.(*conn).serve', 'shop.example/order.Get', 'main.main'].map((name) =>
      plainTone(frame(name)),
    ),
  ).toEqual(['flame-runtime', 'flame-library', 'flame-own', 'flame-own']);
});

test('what has grown and what has shrunk differ, by how much', () => {
  const tones = [0, 0.005, 0.02, 0.1, 0.5, -0.02, -0.5].map((gained) => differenceTone(frame('x', { gained })));
  expect(tones).toEqual([
    'flame-same',
    'flame-same',
    'flame-more-1',
    'flame-more-2',
    'flame-more-3',
    'flame-less-1',
    'flame-less-3',
  ]);
});
