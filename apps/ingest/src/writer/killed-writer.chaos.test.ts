import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { afterAll, describe, expect, inject, test } from 'vitest';
import type { ChaosWriter } from './testing/chaos-writer.ts';
import { STEPS } from './testing/memory-place.ts';
import { type WriterPlace, batchMaker, expectOnce, openPlace } from './testing/writer-place.ts';
import type { Step } from './sink.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const clickhouseUrl = inject('clickhouseUrl') ?? '';
const isSkipped = brokers.length === 0 || clickhouseUrl === '';
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

/** The shortest session that a broker allows, since each kill is waited out. */
const TUNING = { bounds: { rows: 2_000, millis: 200 }, sessionMillis: 6_000 };
/** Several blocks of what is published between two kills. */
const SMALL_BLOCKS = { ...TUNING, bounds: { rows: 200, millis: 200 } };
const KILLS = 3;

async function freshPlace(): Promise<WriterPlace> {
  const place = await openPlace(brokers, clickhouseUrl);
  closing.push(place.close);
  return place;
}

/** An insert is under way for a few milliseconds: somewhere in there. */
const INSERT_MILLIS = 8;

/** Resolves to the step at which it killed itself, as it said before. */
async function runUntilKilled({ config }: WriterPlace, step: Step, nth: number): Promise<string | undefined> {
  const afterMillis = step === 'inserting' ? Math.random() * INSERT_MILLIS : 0;
  const dying: ChaosWriter = { config, tuning: SMALL_BLOCKS, harm: { step, nth, signal: 'SIGKILL', afterMillis } };
  const script = new URL('testing/chaos-writer.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=source', script, JSON.stringify(dying)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [, signal]] = await Promise.all([buffer(child.stdout), once(child, 'exit')]);
  expect(signal).toBe('SIGKILL');
  return /"event":"harm","step":"(\w+)"/.exec(said.toString())?.[1];
}

async function killAndFinish(place: WriterPlace, step: Step): Promise<void> {
  const batches = batchMaker();
  for (let kill = 1; kill <= KILLS; kill++) {
    const fresh = batches.make(12, 40);
    await place.publish(fresh);
    // Stored by the broker, its answer lost: the agent sends it again.
    await place.publish(fresh.slice(0, 9));
    expect(await runUntilKilled(place, step, kill)).toBe(step);
  }
  const stop = await place.start(TUNING);
  await place.written();
  await expectOnce(place, batches.rows(), 12 * KILLS);
  await stop();
}

describe.skipIf(isSkipped)('with a real broker and engine (skipped where none is provided)', () => {
  test(`killed ${KILLS} times at each step with -9: nothing lost, nothing doubled, roll-ups equal raw`, async () => {
    const places: WriterPlace[] = [];
    for (const _ of STEPS) places.push(await freshPlace());
    await Promise.all(STEPS.map((step, i) => killAndFinish(places[i]!, step)));
  }, 300_000);

  test('two writers of one group, joining and leaving under load: each row once', async () => {
    const place = await freshPlace();
    const batches = batchMaker();
    const stopFirst = await place.start(TUNING);
    const publish = async (rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round++) await place.publish(batches.make(4, 100));
    };
    await publish(5);
    const [stopSecond] = await Promise.all([place.start(TUNING), publish(20)]);
    await Promise.all([stopFirst(), publish(20)]);
    const [stopThird] = await Promise.all([place.start(TUNING), publish(10)]);
    await stopSecond();
    await place.written();
    await expectOnce(place, batches.rows(), batches.rows() / 100);
    await stopThird();
  });

  test('everything sent again, to a writer that has just started: nothing changes', async () => {
    const place = await freshPlace();
    const batches = batchMaker();
    const all = batches.make(30, 50);
    const stopFirst = await place.start(TUNING);
    await place.publish(all);
    await place.written();
    await stopFirst();
    const stopSecond = await place.start(TUNING);
    await place.publish(all);
    await place.publish(all.toReversed());
    await place.written();
    await expectOnce(place, batches.rows(), 30);
    await stopSecond();
  });
});
