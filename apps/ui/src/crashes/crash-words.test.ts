import { expect, test } from 'vitest';
import { blamedFrame, fixOf } from './crash-words.ts';

const site = (name: string) => ({ function: name, file: 'a.go', line: 1 });

test('a crash of maps says how to mend it, an unknown one says nothing of its own', () => {
  expect(fixOf('concurrent map iteration and map write')).toContain('sync.Mutex');
  expect(fixOf('all goroutines are asleep - deadlock!')).toContain('waits for another');
  expect(fixOf('boom')).toBeUndefined();
});

test('the line to look at is the innermost one that is not of Go itself', () => {
  const stack = [
    'runtime.throw',
    'runtime.mapassign_faststr',
    'internal/runtime/maps.fatal',
    'shop.example/stock.(*Shelf).Put',
    'main.main',
  ];
  expect(blamedFrame(stack.map(site))).toBe(3);
  expect(blamedFrame([site('runtime.throw')])).toBe(-1);
  expect(blamedFrame([site('runtimes.example/x.Run')])).toBe(0);
});
