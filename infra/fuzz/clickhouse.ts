/**
 * `node --conditions=source infra/fuzz/clickhouse.ts [--requests N] [--seed S] [--json]`: bent requests against the role `clickhouse`,
 * a process of its own. The same seed sends the same bytes. Exit 0 when nothing was wrong, else 1.
 */
import { parseArgs } from 'node:util';
import { openFuzzPlace } from './clickhouse/place.ts';
import { runFuzz } from './clickhouse/run.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const requests = Number(values.requests);
const seed = Number(values.seed);
if (!Number.isSafeInteger(requests) || requests < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('give whole numbers: --requests 100000 --seed 1\n');
  process.exit(2);
}
const say = (text: string): void => void process.stderr.write(text);
await using place = await openFuzzPlace();
const report = await runFuzz(place, { requests, seed, maxSeconds: Number.POSITIVE_INFINITY, say });
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = report.faults.length === 0 ? 0 : 1;
