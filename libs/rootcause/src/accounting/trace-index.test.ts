import { expect, test } from 'vitest';
import { fnv1a } from '../statistics/cut.ts';
import { seededRng } from '../statistics/rng.ts';
import { traceIndex } from './trace-index.ts';

const chain = (ids: readonly string[], id: string): readonly number[] => {
  const index = traceIndex(ids, ids.length);
  const found: number[] = [];
  for (let r = index.first(id); r >= 0; r = index.next[r]!) found.push(r);
  return found;
};

test('every trace leads to all of its requests and to no others', () => {
  const rng = seededRng(1);
  const ids = Array.from({ length: 3000 }, () =>
    Math.floor(rng() * 1000)
      .toString(16)
      .padStart(32, '0'),
  );
  for (const id of new Set(ids)) {
    const expected = ids.flatMap((other, r) => (other === id ? [r] : []));
    expect([...chain(ids, id)].sort((a, b) => a - b)).toEqual(expected);
  }
  expect(chain(ids, 'f'.repeat(32))).toEqual([]);
  expect(chain([], 'a')).toEqual([]);
});

test('ids chosen to collide are found as well', () => {
  // 200 ids whose hashes end alike: of a table of 512 slots they all want the same one.
  const ids: string[] = [];
  for (let i = 0; ids.length < 200; i += 1) {
    const id = i.toString(16).padStart(32, '0');
    if (fnv1a(id) % 512 === 7) ids.push(id);
  }
  ids.forEach((id, r) => expect(chain(ids, id)).toEqual([r]));
  expect(chain([...ids, ids[150]!], ids[150]!)).toEqual([200, 150]);
});
