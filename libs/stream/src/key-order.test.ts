import { expect, test } from 'vitest';
import { keyOrder } from './key-order.ts';

test('work of one key runs one at a time in order, a failure does not stop the next, other keys go on', async () => {
  const order = keyOrder();
  const log: string[] = [];
  const release = Promise.withResolvers<void>();
  const first = order.run('a', async () => {
    log.push('a1 starts');
    await release.promise;
    throw new Error('a1 fails');
  });
  const second = order.run('a', async () => void log.push('a2'));
  await order.run('b', async () => void log.push('b1'));
  expect(log).toEqual(['a1 starts', 'b1']);
  release.resolve();
  await expect(first).rejects.toThrow('a1 fails');
  await second;
  await order.idle();
  expect(log).toEqual(['a1 starts', 'b1', 'a2']);
});
