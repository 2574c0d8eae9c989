import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

const full = (): Error => new Error('full');

test('one item is lent to one at a time, in order, and the line has an end', async () => {
  const slots = createSlots(['a'], 1, full);
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = slots.use(async (item) => {
    seen.push(`first ${item}`);
    await gate.promise;
  });
  const second = slots.use(async (item) => void seen.push(`second ${item}`));
  await expect(slots.use(async () => {})).rejects.toThrow('full');
  expect(slots.waiting()).toBe(1);
  gate.resolve();
  await Promise.all([first, second, slots.drained()]);
  expect(seen).toEqual(['first a', 'second a']);
});

test('a failure gives the item back', async () => {
  const slots = createSlots(['a'], 0, full);
  await expect(slots.use(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(slots.use(async (item) => item)).resolves.toBe('a');
});
