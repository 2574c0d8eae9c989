/**
 * Question: what does an agent with its default families and its default overhead budget cost a service that does nothing
 * but answer, at full load? Fair: the service has a CPU of its own; load generator and agent share the other. Both sides are
 * measured under the same load, the first of a pair in turn; with the agent over whole periods of its duty cycle, from the
 * beginning of a window to the beginning of a later one, so that no part of a cycle weighs more than it does in a day. Until
 * the first window CPU and rate are not measured (what came before shedding is paid back by then); latencies are. CPU is the service's own
 * clock over its own count of requests.
 * Run: node --conditions=source apps/ingest/bench/overhead/hello.ts --pairs 8 [--periods 1] (root, wrk, Go); the last line is
 * one JSON object, as libs/probe/bench/service/pairs.ts prints it, with what the duty cycle was.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type Governed, type Service, openGoverned } from './governed.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '8' },
    periods: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '4' },
  },
});
const OTHERS_CPU = '1';
/** Longer than the longest period of the duty cycle. */
const LATE_MILLIS = 90_000;
const SERVE = new URL('../../../../libs/probe/bench/service/serve.ts', import.meta.url).pathname;

const pauseMillis = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

async function startService(): Promise<Service & Disposable> {
  const child = spawn(process.execPath, ['--conditions=source', SERVE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  execFileSync('taskset', ['-a', '-c', '-p', OTHERS_CPU, String(process.pid)], { stdio: 'ignore' });
  // What serve.ts prints.
  const service = JSON.parse(String(value)) as Service;
  return { ...service, [Symbol.dispose]: () => child.stdin.end() };
}

/** wrk, until it is told to stop: then it says what it saw (wrk.c, SIGINT). */
function startLoad({ url }: Service): { readonly stop: () => Promise<string> } {
  const words = ['-t1', '-c4', '-d600s', '--latency', `${url}/hello`];
  const child = spawn(process.env['MAPSCOPE_WRK'] ?? 'wrk', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const texts: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => texts.push(text));
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const stop = async (): Promise<string> => {
    child.kill('SIGINT');
    await ended;
    return texts.join('');
  };
  return { stop };
}

async function usedBy({ url }: Service): Promise<{ readonly cpuNanos: number; readonly requests: number }> {
  const response = await fetch(`${url}/used`);
  // libs/probe/bench/program/main.go, used
  return (await response.json()) as { readonly cpuNanos: number; readonly requests: number };
}

/** What the service did while `lasts` lasts. `settled` comes before, under the same load: what wrk says is of both. */
async function underLoad(service: Service, settled: () => Promise<void>, lasts: () => Promise<void>) {
  const load = startLoad(service);
  try {
    await settled();
    const before = await usedBy(service);
    const began = performance.now();
    await lasts();
    const after = await usedBy(service);
    const seconds = (performance.now() - began) / 1000;
    const requests = after.requests - before.requests;
    const cpuMicros = (after.cpuNanos - before.cpuNanos) / 1000 / requests;
    return { requests, seconds, cpuMicros, wrk: await load.stop() };
  } finally {
    await load.stop();
  }
}

const unprobed = (service: Service) =>
  underLoad(
    service,
    () => pauseMillis(500),
    () => pauseMillis(Number(values.seconds) * 1000),
  );

async function probed(service: Service) {
  const governed = await openGoverned(service);
  try {
    return await overPeriods(service, governed);
  } finally {
    await governed.end();
  }
}

async function overPeriods(service: Service, governed: Governed) {
  let [onMillis, used] = [0, process.cpuUsage()];
  const settled = async (): Promise<void> => {
    await governed.nextWindow(LATE_MILLIS);
    [onMillis, used] = [governed.onMillis(), process.cpuUsage()];
  };
  const lasts = async (): Promise<void> => {
    for (let period = 0; period < Number(values.periods); period++) await governed.nextWindow(LATE_MILLIS);
    onMillis = governed.onMillis() - onMillis;
  };
  const window = await underLoad(service, settled, lasts);
  const { user, system } = process.cpuUsage(used);
  return {
    ...window,
    agentMicros: (user + system) / window.requests,
    watchedShare: onMillis / 1000 / window.seconds,
    periodSeconds: window.seconds / Number(values.periods),
    costRate: governed.costRate(),
  };
}

using service = await startService();
await unprobed(service);
const pairs = [];
for (let turn = 0; turn < Number(values.pairs); turn++) {
  const first = turn % 2 === 0 ? await unprobed(service) : undefined;
  const on = await probed(service);
  pairs.push({ off: first ?? (await unprobed(service)), on });
}
process.stdout.write(`${JSON.stringify({ goVersion: service.goVersion, pairs })}\n`);
