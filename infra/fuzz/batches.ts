/**
 * `node --conditions=source infra/fuzz/batches.ts [--count N] [--seed S] [--inserts N] [--json]`: bent batches through the writer's
 * verification, in a process of its own, and some of those that pass into a real engine. The same seed bends the same way. Exit 0
 * when nothing was wrong, else 1.
 */
import { parseArgs } from 'node:util';
import { fuzzBatches } from './batches/run.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    inserts: { type: 'string', default: '5000' },
    json: { type: 'boolean', default: false },
  },
});
const [count, seed, inserts] = [Number(values.count), Number(values.seed), Number(values.inserts)];
if (![count, seed, inserts].every(Number.isSafeInteger) || count < 1) {
  process.stderr.write('give whole numbers: --count 1000000 --seed 1 --inserts 5000\n');
  process.exit(2);
}
const report = await fuzzBatches({ count, seed, inserts, maxSeconds: 2 ** 30 });
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = report.faults.length === 0 ? 0 : 1;
