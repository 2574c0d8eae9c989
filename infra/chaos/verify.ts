/** What the tables, the ledger, the roll-ups and the dead letters hold at the end of a case. */
import { type Balance, type Stored, balance } from './account.ts';
import type { Rollup } from './report.ts';
import type { Scene } from './scene.ts';

const KINDS = ['http_requests', 'lock_waits', 'gc_events'];

/** Sums as well as counts: a roll-up that missed a part of an insert and has another twice would count right. */
const ROLLUPS = [
  {
    table: 'latency_10s',
    raw: 'SELECT count(), sum(duration_ns), max(duration_ns) FROM http_requests',
    rolled: 'SELECT sum(requests), sum(duration_ns), max(max_ns) FROM latency_10s',
  },
  {
    table: 'contention_10s',
    raw: 'SELECT count(), sum(wait_ns), sum(sched_ns), uniqCombined(12)(lock_addr) FROM lock_waits',
    rolled: 'SELECT sum(waits), sum(wait_ns), sum(sched_ns), uniqCombinedMerge(12)(locks) FROM contention_10s',
  },
];

export interface Verdict extends Balance {
  readonly deadLettered: number;
  readonly rollups: readonly Rollup[];
}

export async function verify(scene: Scene): Promise<Verdict> {
  const { batches, poison, givenUp } = scene.account();
  const stored = await storedRows(scene);
  const rollups: Rollup[] = [];
  for (const { table, raw, rolled } of ROLLUPS) {
    rollups.push({ table, raw: await scene.ask(raw), rolled: await scene.ask(rolled) });
  }
  const ledger = await scene.ask('SELECT count(), uniqExact(agent, boot, family, kind, sequence) FROM batches');
  const [entries, distinct] = ledger.split('\t');
  if (entries !== distinct) scene.faults.push(`the ledger has ${entries} lines for ${distinct} batches`);
  const deadLettered = await scene.stream.lag(`nobody-${scene.database}`, 'deadLetter');
  // With a kill between the letter and the block's end a letter may come twice (decision 0019).
  if (deadLettered < poison || (scene.kills().length === 0 && deadLettered > poison))
    scene.faults.push(`${deadLettered} dead letters of ${poison} bad values`);
  if (givenUp > 0 && !scene.mayGiveUp) scene.faults.push(`${givenUp} batches were given up for want of room`);
  return { ...balance(batches, stored), deadLettered, rollups };
}

async function storedRows(scene: Scene): Promise<Stored> {
  const selects = KINDS.map(
    (kind) =>
      `SELECT concat(agent, ' ${kind} ', toString(batch_seq)) AS key, count() AS rows FROM ${kind} GROUP BY key`,
  );
  const text = await scene.ask(`${selects.join(' UNION ALL ')} FORMAT TSV`);
  const lines = text === '' ? [] : text.split('\n');
  return new Map(lines.map((line) => line.split('\t')).map(([key = '', rows]) => [key, Number(rows)]));
}
