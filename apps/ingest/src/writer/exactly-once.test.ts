import { array, assert, asyncProperty, boolean, constantFrom, nat, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { MapscopeError } from '@mapscope/events';
import { STEPS, append, batchesOf, memoryPartition, memoryStore, own, stored } from './testing/memory-place.ts';

const boundsOf = (rows: number) => ({ rows, bytes: 1e6, millis: 1 });

test('whatever is resent, broken, refused and killed: each batch is stored once or is a dead letter', async () => {
  const life = asyncProperty(
    array(nat(19), { minLength: 5, maxLength: 60 }),
    // Each owner would cut in its own way.
    array(tuple(constantFrom(...STEPS), constantFrom(3, 9, 17)), { maxLength: 8 }),
    array(boolean(), { maxLength: 12 }),
    async (order, deaths, failures) => {
      const [partition, store] = [memoryPartition(), memoryStore()];
      const values = batchesOf('lock_waits', 20, 2);
      append(
        partition,
        order.map((i) => (i === 13 ? new Uint8Array(150) : (values[i] ?? null))),
      );
      const answers = [...failures];
      store.refuse = () => {
        if (answers.shift() === true) throw new MapscopeError('CLICKHOUSE_UNREACHABLE', 'x');
      };
      for (const [diesAt, rows] of deaths) {
        const owner = own(partition, store, { diesAt, bounds: boundsOf(rows) });
        await owner.feed();
        // It may have nothing left to die at.
        await Promise.race([owner.work.settled(), new Promise((resolve) => setTimeout(resolve, 10))]);
        owner.lose();
        await owner.work.settled();
      }
      const last = own(partition, store, { bounds: boundsOf(9) });
      await last.feed();
      await last.work.drain();
      const wanted = [...new Set(order.filter((i) => i !== 13))].toSorted((a, b) => a - b);
      expect(stored(store, 'lock_waits')).toEqual(Object.fromEntries(wanted.map((i) => [String(i), 2])));
      expect(store.ledger).toHaveLength(wanted.length);
    },
  );
  await assert(life, { numRuns: 200, interruptAfterTimeLimit: 5_000 });
});
