/**
 * Question: what does one state change of a goroutine cost the probed program, over what the kernel's trap alone costs?
 * Fair: two goroutines hand messages to and fro on one pinned core (GOMAXPROCS=1), six state changes a message; the same
 * program process runs all modes in turn, so each ratio is of one process. `closed` is the trap with a program that returns
 * at once. Run: node --conditions=source libs/probe/bench/goroutine.ts [--go GOROOT], as root, with taskset.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readGoBinary } from '@mapscope/golang';
import { talkTo } from '../src/families/goroutine/test-program.ts';
import { openProbeSession } from '../src/session.ts';
import { buildTarget, CLOCK, findToolchains } from '../src/test-target.ts';

const MESSAGES = 50_000;
const ROUNDS = 7;
const { values } = parseArgs({ options: { go: { type: 'string' } } });
const toolchain = findToolchains().findLast(({ root }) => values.go === undefined || root === values.go);
if (toolchain === undefined) throw new Error('no Go toolchain found: set MAPSCOPE_GO_ROOTS or give --go GOROOT');
const executable = buildTarget('goroutines', toolchain, []);
const target = await talkTo(executable, { GOMAXPROCS: '1' });
execFileSync('taskset', ['-a', '-c', '-p', '1', String(target.pid)], { stdio: 'ignore' });
const binary = readGoBinary(readFileSync(executable));

/** proc(5): nanoseconds on a CPU, which other programs of a busy machine do not lengthen. */
function cpuNanos(): number {
  const tasks = readdirSync(`/proc/${target.pid}/task`);
  const used = tasks.map((task) => readFileSync(`/proc/${target.pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  return used.reduce((sum, nanos) => sum + Number(nanos), 0);
}

async function churn(): Promise<number> {
  const before = cpuNanos();
  await target.ask(`churn ${MESSAGES}`);
  return cpuNanos() - before;
}

/** nanoseconds of the run, and entries and state changes it made */
async function probed(mode: { readonly isOpen: boolean; readonly flightStacks: boolean }) {
  const session = await openProbeSession({
    pid: target.pid,
    executablePath: executable,
    binary,
    families: ['goroutine'],
    flightStacks: mode.flightStacks,
    ringBytes: 1 << 20,
    flushMillis: 100,
    service: 'bench',
    platform: 'bench',
    clock: CLOCK,
    onColumns: () => undefined,
    onProblem: (error) => process.stderr.write(`${error.message}\n`),
  });
  session.setGate(mode.isOpen);
  const nanos = await churn();
  const { accounting } = await session.dumpGoroutines({ lastMillis: 0 });
  await session.detach();
  return { nanos, entries: accounting.written };
}

const median = (runs: readonly number[]): number => runs.toSorted((a, b) => a - b)[runs.length >> 1] ?? 0;
const MODES = {
  'no stacks': { isOpen: true, flightStacks: false },
  'no stacks, gate closed': { isOpen: false, flightStacks: false },
  stacks: { isOpen: true, flightStacks: true },
  'stacks, gate closed': { isOpen: false, flightStacks: true },
} as const;

await churn();
const base: number[] = [];
const runs: Record<string, number[]> = {};
const entries: Record<string, number> = {};
for (let round = 0; round < ROUNDS; round++) {
  base.push(await churn());
  for (const [name, mode] of Object.entries(MODES)) {
    const measured = await probed(mode);
    (runs[name] ??= []).push(measured.nanos);
    entries[name] = measured.entries;
  }
}
await target[Symbol.asyncDispose]();
rmSync(executable, { force: true });
const changes = entries['no stacks'] ?? 1;
process.stdout.write(`${toolchain.version}: ${(changes / MESSAGES).toFixed(2)} state changes a message\n`);
const unprobed = median(base);
process.stdout.write(`  unprobed: ${(unprobed / MESSAGES).toFixed(0)} ns of CPU a message\n`);
for (const [name, each] of Object.entries(runs)) {
  const extra = (median(each) - unprobed) / changes;
  process.stdout.write(`  ${name}: +${extra.toFixed(0)} ns of CPU a state change (${entries[name]} entries)\n`);
}
