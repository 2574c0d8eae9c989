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

test('who gives up leaves the line, and the next one gets the item', async () => {
  const slots = createSlots(['a'], 2, full);
  const gate = Promise.withResolvers<void>();
  const first = slots.use(() => gate.promise);
  const controller = new AbortController();
  const second = slots.use(async () => 'never', controller.signal);
  const third = slots.use(async (item) => item);
  controller.abort(new Error('went away'));
  await expect(second).rejects.toThrow('went away');
  expect(slots.waiting()).toBe(1);
  gate.resolve();
  await first;
  await expect(third).resolves.toBe('a');
  await expect(slots.use(async () => 'never', controller.signal)).rejects.toThrow('went away');
});
