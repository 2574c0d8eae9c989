/** All at once: whoever is hit, whenever, round after round, until enough were killed or the time is over. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Supervised, supervise } from '../../world/supervise.ts';
import { type Scene, killServer, ready } from '../scene.ts';
import { type ChaosCase, publish } from './case.ts';

const VICTIMS = ['broker', 'engine', 'writer', 'writer', 'publisher'] as const;
const KILLS_A_ROUND = 2;

/** @param isOver asked before each round */
export const storm = (isOver: () => boolean): ChaosCase => ({
  name: 'storm',
  promise: 'broker, engine, two writers and publishers killed at any moment, two at a time: all of it once',
  isAlone: true,
  run: async (scene) => {
    const start = async () => {
      // With the session, the blocks and the waits that users have.
      const writer = scene.startWriter({ sessionMillis: 15_000 });
      await ready(writer);
      return writer;
    };
    while (!isOver()) {
      // A supervisor of each round: five ends a minute are no accident for it, and here they are.
      const writers = await Promise.all([supervise({ start, say: scene.say }), supervise({ start, say: scene.say })]);
      scene.recoveries.push(await round(scene, writers));
      await Promise.all(writers.map((writer) => writer.stop()));
    }
  },
});

async function round(scene: Scene, writers: readonly Supervised[]): Promise<number> {
  const load = { rounds: 80, rows: 200, everyMillis: 50 };
  const publishing = publish(scene, load);
  const kills = Array.from({ length: KILLS_A_ROUND }, async () => {
    await sleep(1_000 + scene.random() * 3_000);
    return strike(scene, writers);
  });
  const moments = await Promise.all(kills);
  await publishing;
  // What a killed publisher left on disk.
  await publish(scene, { ...load, rounds: 1 });
  return scene.written(Math.max(...moments));
}

async function strike(scene: Scene, writers: readonly Supervised[]): Promise<number> {
  const victim = VICTIMS[Math.floor(scene.random() * VICTIMS.length)] ?? 'writer';
  const shown = 'a storm';
  if (victim === 'broker' || victim === 'engine') return killAndStart(scene, victim, shown);
  if (victim === 'writer') {
    const writer = writers[Math.floor(scene.random() * writers.length)]?.current();
    if (writer?.running() === true) await scene.kill('writer', writer, 'any', shown);
    return performance.now();
  }
  const second = scene.startPublisher({ rounds: 200, rows: 100, everyMillis: 20 });
  await sleep(1_500 + scene.random() * 500);
  await scene.kill('publisher', second, 'any', shown);
  return performance.now();
}

/** Two at a time may choose the same one, which is on its way back then. */
async function killAndStart(scene: Scene, victim: 'broker' | 'engine', shown: string): Promise<number> {
  const server = scene.place[victim];
  if (busy.has(server)) return performance.now();
  busy.add(server);
  try {
    return await killServer(scene, server, 'any', shown);
  } finally {
    busy.delete(server);
  }
}

const busy = new Set<object>();
