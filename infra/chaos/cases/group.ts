/** Partitions that move, writers that are told to end, batches that come twice, values that are none, clocks that are wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '../scene.ts';
import { type ChaosCase, LOAD, SMALL_BLOCKS, harmed, publish, readyWriter } from './case.ts';

export const REBALANCED: ChaosCase = {
  name: 'rebalanced',
  promise: 'writers join, leave and are killed under load: each partition has one owner, each row is there once',
  isAlone: false,
  run: async (scene, { kills }) => {
    for (let round = 0; round < kills; round++) {
      const publishing = publish(scene, { rounds: 120, rows: 60, everyMillis: 50 });
      const first = await readyWriter(scene);
      const second = await readyWriter(scene);
      await sleep(scene.random() * 1_000);
      await scene.kill('writer', first, 'any', 'two writers shared the partitions');
      const at = performance.now();
      const third = await readyWriter(scene);
      await second.stop();
      await publishing;
      scene.recoveries.push(await scene.written(at));
      await third.stop();
    }
  },
};

/** A writer gives itself so long (apps/ingest/src/writer/run-writer.ts). */
const DRAIN_MILLIS = 5_000;

export const DRAINED: ChaosCase = {
  name: 'drained',
  promise: 'SIGTERM under load: all that was taken is written and committed, the next writer finds no open block',
  isAlone: false,
  run: async (scene, { kills }) => {
    for (let round = 0; round < kills; round++) {
      const publishing = publish(scene, { rounds: 60, rows: 100, everyMillis: 40 });
      const first = await readyWriter(scene);
      await sleep(500 + scene.random() * 1_000);
      const at = performance.now();
      first.kill('SIGTERM');
      const status = await first.exited;
      const isInTime = performance.now() - at < DRAIN_MILLIS;
      if (status !== 0) scene.faults.push(`the writer ended with ${status ?? 'a signal'} after SIGTERM`);
      const next = await readyWriter(scene);
      await publishing;
      scene.recoveries.push(await scene.written(at));
      await next.stop();
      const reopened = next.events().find(({ event }) => event === 'stopped')?.['reopened'];
      // A store that is too slow for the drain leaves a block to the next owner: no fault of the drain.
      if (reopened !== 0 && isInTime) scene.faults.push(`the next writer found ${String(reopened)} open blocks`);
    }
  },
};

export const DUPLICATED: ChaosCase = {
  name: 'duplicated',
  promise: 'every batch delivered three times, across a change of writers: each row is there once',
  isAlone: false,
  run: async (scene) => {
    const publishing = publish(scene, { ...LOAD, rounds: 40, sendings: 3 });
    const first = await readyWriter(scene);
    await sleep(500 + scene.random() * 500);
    const at = performance.now();
    await first.stop();
    const next = await readyWriter(scene);
    await publishing;
    scene.recoveries.push(await scene.written(at));
    await next.stop();
  },
};

export const POISONED: ChaosCase = {
  name: 'poisoned',
  promise: 'damaged, cut and strange values among the others: each is a dead letter once, nothing else is',
  isAlone: false,
  run: async (scene) => {
    const writer = await readyWriter(scene);
    scene.memory.begin('writer', writer);
    const at = performance.now();
    await publish(scene, { ...LOAD, poison: 24 });
    scene.recoveries.push(await scene.written(at));
    scene.memory.end(writer);
    await writer.stop();
  },
};

const HOUR_MILLIS = 3_600_000;

export const WRONG_CLOCKS: ChaosCase = {
  name: 'wrong-clocks',
  promise: 'wall clocks of publishers and writers an hour ahead, an hour behind, and changing: nothing depends on them',
  isAlone: false,
  run: async (scene) => {
    const there = [0, HOUR_MILLIS, -HOUR_MILLIS];
    const publishing = publish(scene, { ...LOAD, rounds: 120, everyMillis: 50, sendings: 2, clockStepsMillis: there });
    const harm = { step: 'inserted', nth: 3, signal: 'SIGKILL', afterMillis: 0 } as const;
    const dying = scene.startWriter({ ...SMALL_BLOCKS, harm, clockStepsMillis: [HOUR_MILLIS, -HOUR_MILLIS] });
    const shown = await harmed(dying);
    await dying.exited;
    const at = performance.now();
    scene.noteKill('writer', dying.pid, 'insert before commit', `${shown}, its clock an hour off`);
    const next = await readyWriter(scene, { clockStepsMillis: there.toReversed() });
    await publishing;
    scene.recoveries.push(await scene.written(at));
    await next.stop();
    await spansHours(scene);
  },
};

/** The check of the check: the clocks were wrong, and it is seen in the rows. */
async function spansHours(scene: Scene): Promise<void> {
  const hours = Number(await scene.ask("SELECT dateDiff('second', min(ts), max(ts)) / 3600 FROM http_requests"));
  if (hours < 1.9) scene.faults.push(`the rows span ${hours} hours: no clock was wrong`);
}
