/**
 * Question: what do the probes cost a service under load? Fair: the service has a CPU of its own (GOMAXPROCS=1), the load
 * generator and the reader of the ring share the other; windows with and without probes follow each other, the first of a
 * pair in turn; ratios are taken within a pair. CPU per request is the service's own clock over its own count.
 * Run: node --conditions=source libs/probe/bench/service/pairs.ts --path /work --pairs 24 [--families map,…]
 * Needs wrk (MAPSCOPE_WRK). Prints one JSON object, what wrk said
 * included (infra/bench/suites/probe/read-wrk.ts reads it).
 */
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { FAMILY_NAMES } from '../../src/families/families.ts';
import { pause, startBenchProgram, usedBy } from '../bench-program.ts';
import { DEFAULT_FAMILIES, probe } from '../probed.ts';

const execute = promisify(execFile);
const { values } = parseArgs({
  options: {
    path: { type: 'string', default: '/work' },
    pairs: { type: 'string', default: '24' },
    seconds: { type: 'string', default: '1' },
    families: { type: 'string' },
  },
});
const named = values.families?.split(',');
const families = named === undefined ? DEFAULT_FAMILIES : FAMILY_NAMES.filter((family) => named.includes(family));
/** What an attached program does at first (page faults, first lookups) is no part of a second under way. */
const SETTLE_MILLIS = 100;

await using program = await startBenchProgram();

async function underLoad() {
  const before = await usedBy(program);
  const words = ['-t1', '-c4', `-d${values.seconds}s`, '--latency', program.url + values.path];
  const { stdout } = await execute(process.env['MAPSCOPE_WRK'] ?? 'wrk', words);
  const after = await usedBy(program);
  const requests = after.requests - before.requests;
  return { requests, cpuMicros: (after.cpuNanos - before.cpuNanos) / 1000 / requests, wrk: stdout };
}

async function probed() {
  const session = await probe(program, { families });
  await pause(SETTLE_MILLIS);
  try {
    const before = process.cpuUsage();
    const window = await underLoad();
    const { user, system } = process.cpuUsage(before);
    return { ...window, agentMicros: (user + system) / window.requests };
  } finally {
    await session.detach();
    await pause(SETTLE_MILLIS);
  }
}

await underLoad();
await probed();
const pairs = [];
for (let turn = 0; turn < Number(values.pairs); turn++) {
  const first = turn % 2 === 0 ? await underLoad() : undefined;
  const on = await probed();
  pairs.push({ off: first ?? (await underLoad()), on });
}
process.stdout.write(`${JSON.stringify({ goVersion: program.goVersion, families, pairs })}\n`);
