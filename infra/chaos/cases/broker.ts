/** The broker killed, its answers lost, its commits refused. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProcess } from '../../world/process.ts';
import { API } from '../proxy.ts';
import { type Scene, killServer, until } from '../scene.ts';
import { type ChaosCase, LOAD, SMALL_BLOCKS, harmed, publish, readyWriter } from './case.ts';

export const BROKER_KILLED: ChaosCase = {
  name: 'broker-killed',
  promise: 'the broker killed under load: publishers keep their batches, writers go on where the group was',
  isAlone: true,
  run: async (scene, { kills }) => {
    const writer = await readyWriter(scene);
    for (let kill = 0; kill < kills; kill++) {
      const publishing = publish(scene, { rounds: 60, rows: 100, everyMillis: 50 });
      const before = acked(scene);
      await until('publishing is under way', () => acked(scene) > before + 10);
      await sleep(scene.random() * 1_500);
      if (kill === 0) scene.memory.begin('writer', writer);
      const shown = `${acked(scene)} batches were acknowledged, a publisher was sending`;
      const at = await killServer(scene, scene.place.broker, 'any', shown);
      await publishing;
      scene.recoveries.push(await scene.written(at));
    }
  },
};

const acked = (scene: Scene): number => [...scene.account().batches.values()].filter(({ isTaken }) => isTaken).length;

export const ANSWER_LOST: ChaosCase = {
  name: 'answer-lost',
  promise:
    'the broker stores, its answer is lost, the agent sends again, dies, and the next one replays its spool: once',
  isAlone: true,
  run: async (scene, { kills }) => {
    const { proxy, proxied } = scene.place;
    const writer = await readyWriter(scene);
    scene.memory.begin('writer', writer);
    for (let round = 0; round < Math.ceil(kills / 2); round++) {
      proxy.lose('cut');
      const first = scene.startPublisher({ ...LOAD, rounds: 30, everyMillis: 100, brokers: proxied });
      const before = acked(scene);
      await until('batches wait on disk', () => acked(scene) > before + 15);
      await scene.kill('publisher', first, 'after produce before ack', await shownBy(scene));
      const at = performance.now();
      proxy.lose(round % 2 === 0 ? 'cut' : 'silence');
      const lost = proxy.lost();
      const second = scene.startPublisher({ ...LOAD, rounds: 0, brokers: proxied });
      await until('what was left is stored by the broker', () => proxy.lost() > lost);
      await scene.kill('publisher', second, 'after produce before ack', await shownBy(scene));
      proxy.lose('pass');
      await publish(scene, { ...LOAD, brokers: proxied });
      scene.recoveries.push(await scene.written(at));
    }
    const messages = await scene.stream.lag(`nobody-${scene.database}`);
    const batches = Number(await scene.ask('SELECT count() FROM batches'));
    if (messages <= batches) scene.faults.push(`${messages} messages for ${batches} batches: nothing came twice`);
  },
};

async function shownBy(scene: Scene): Promise<string> {
  const messages = await scene.stream.lag(`nobody-${scene.database}`);
  return `the broker has ${messages} messages, ${scene.place.proxy.lost()} of its answers were lost`;
}

export const COMMIT_REFUSED: ChaosCase = {
  name: 'commit-refused',
  promise: 'a writer that stands still past its session: its commits are refused, the other one wrote its block',
  isAlone: true,
  run: async (scene, { kills }) => {
    const steps = ['intended', 'inserted', 'inserting'].slice(0, kills);
    for (const step of steps) {
      const publishing = publish(scene, LOAD);
      const harm = { step, nth: 2, signal: 'SIGSTOP', afterMillis: 0 } as const;
      const stalled = scene.startWriter({ ...SMALL_BLOCKS, sessionMillis: 6_000, harm });
      const said = await harmed(stalled);
      const at = performance.now();
      const [next] = await Promise.all([readyWriter(scene, { ...SMALL_BLOCKS, sessionMillis: 6_000 }), publishing]);
      scene.recoveries.push(await scene.written(at));
      stalled.kill('SIGCONT');
      await until('the stalled writer is refused', () => refusals(stalled).length > 0);
      scene.say(`  ${scene.name}: stopped where ${said}, then ${refusals(stalled)[0]?.slice(0, 160)}\n`);
      await publish(scene, LOAD);
      await scene.written(at);
      await Promise.all([stalled.stop(), next.stop()]);
    }
    await withoutAnswers(scene);
  },
};

/** By the broker, as a member of an earlier generation. */
const refusals = (writer: RunningProcess): readonly string[] =>
  writer
    .events()
    .filter(({ event }) => event === 'refused')
    .map(({ message, facts }) => `${String(message)} ${JSON.stringify(facts)}`);

/** The commit is done, and its writer does not hear of it. */
async function withoutAnswers(scene: Scene): Promise<void> {
  const { proxy, proxied } = scene.place;
  const writer = await readyWriter(scene, { ...SMALL_BLOCKS, brokers: proxied });
  proxy.lose('cut', API.offsetCommit);
  const lost = proxy.lost();
  const publishing = publish(scene, LOAD);
  await until('answers to commits are lost', () => proxy.lost() > lost + 2);
  proxy.lose('pass');
  const at = performance.now();
  await publishing;
  scene.recoveries.push(await scene.written(at));
  await writer.stop();
}
