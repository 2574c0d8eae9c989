import { expect, test } from 'vitest';
import { runChaos } from './run.ts';

/**
 * The short form of `npm run chaos`: what the other chaos tests do not show, each harm once. Killed writers: apps/ingest/src/writer.
 * Not wrong clocks: a Kafka client whose clock jumps may need two minutes until it has its partitions again.
 */
const NAMES = ['poisoned', 'disk-full', 'migrating', 'engine-inserting', 'answer-lost'];

test('damage, a full disk, an engine killed in migrations and inserts, lost answers: nothing lost, nothing doubled', async () => {
  const said: string[] = [];
  const report = await runChaos({
    seed: 20_261_120,
    kills: 0,
    seconds: 540,
    killsOfEach: 1,
    names: NAMES,
    sessionMillis: 6_000,
    say: (line) => void said.push(line),
  });
  // A loaded machine recovers late: how long it takes is measured by npm run chaos, and printed here.
  process.stdout.write(said.join(''));
  expect(report.faults.filter((fault) => !fault.includes('recovery took'))).toEqual([]);
  expect(report.cases.map(({ name }) => name).toSorted()).toEqual(NAMES.toSorted());
  expect(report).toMatchObject({ lost: 0, doubled: 0 });
  expect(report.steps).toMatchObject({ migration: 1, 'during insert': 1, 'after produce before ack': 2 });
}, 600_000);
