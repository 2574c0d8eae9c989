/**
 * Question: what does one hit of each family cost the probed program, against a BPF program that does nothing at the same
 * sites? Fair: a loop of one operation on a CPU of its own, timed by the program's CPU clock; unprobed, empty and probed
 * follow each other in every round, so that each ratio is of one moment of one process. Hits are counted by the kernel.
 * Run: node --conditions=source libs/probe/bench/hits/hits.ts [CASE…]; prints one JSON object.
 */
import { findEntrySite } from '@mapscope/golang';
import type { FamilyName } from '../../src/families/families.ts';
import type { ManifestHook } from '../../src/manifest.ts';
import { pause, runOps, startBenchProgram } from '../bench-program.ts';
import type { BenchProgram } from '../bench-program.ts';
import { openEmptyProgram } from '../empty-program.ts';
import type { EmptyProgram } from '../empty-program.ts';
import { probe } from '../probed.ts';

interface Case {
  readonly name: string;
  /** of program/ops.go; n of them take about 0.1 s */
  readonly op: string;
  readonly n: number;
  readonly families: readonly FamilyName[];
  readonly flightStacks?: boolean;
}

const CASES: readonly Case[] = [
  { name: 'map_read', op: 'map_read', n: 120_000, families: ['map'] },
  { name: 'syncmap_load', op: 'syncmap_load', n: 120_000, families: ['syncmap'] },
  { name: 'http_request', op: 'request', n: 12_000, families: ['http', 'trace'] },
  { name: 'gc_stop', op: 'stop', n: 30_000, families: ['gc'] },
  { name: 'client_round_trip', op: 'round_trip', n: 6_000, families: ['client'] },
  { name: 'trace_spawn', op: 'spawn', n: 80_000, families: ['http', 'trace'] },
  { name: 'lock_wait', op: 'wait', n: 25_000, families: ['lock'] },
  { name: 'map_write', op: 'map_write', n: 8_000, families: ['map'] },
  { name: 'goroutine_change', op: 'message', n: 15_000, families: ['goroutine'], flightStacks: false },
  { name: 'goroutine_change_with_stack', op: 'message', n: 15_000, families: ['goroutine'] },
];
const ROUNDS = 9;
const SETTLE_MILLIS = 20;
const CALLS = 200_000;

await using program = await startBenchProgram();
const empty = openEmptyProgram();
const asked = process.argv.slice(2);
const cases = [];
for (const each of CASES) if (asked.length === 0 || asked.includes(each.name)) cases.push(await measure(each));
const trap = await measureTrap(program, empty);
empty.close();
process.stdout.write(`${JSON.stringify({ goVersion: program.goVersion, trap, cases })}\n`);

async function measure({ name, op, n, ...wanted }: Case) {
  const run = (): Promise<number> => runOps(program, op, n);
  const probed = async (): Promise<readonly [number, readonly ManifestHook[]]> => {
    const session = await probe(program, wanted);
    await pause(SETTLE_MILLIS);
    try {
      return [await run(), session.manifest.hooks];
    } finally {
      await session.detach();
    }
  };
  const [, hooks] = await probed();
  const { pid, executable } = program;
  const target = { pid, executable, hooks };
  const hits = (await empty.countDuring(target, run)) / n;
  const off: number[] = [];
  const bare: number[] = [];
  const on: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    off.push((await run()) / n);
    bare.push((await empty.during(target, run)) / n);
    on.push((await probed())[0] / n);
  }
  return { name, hitsPerOp: hits, off, empty: bare, on };
}

/** The trap alone, in a loop that calls one function. */
async function measureTrap(program: BenchProgram, empty: EmptyProgram) {
  const { pid, executable, binary } = program;
  const tick = binary.lookup('main.tick');
  if (tick === undefined) throw new Error('program/ops.go has no function tick');
  const site = findEntrySite(binary, tick);
  const target = { pid, executable, hooks: [{ family: 'map', fileOffset: site.fileOffset } as const] };
  const run = (): Promise<number> => runOps(program, 'call', CALLS);
  const off: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    off.push((await run()) / CALLS);
    bare.push((await empty.during(target, run)) / CALLS);
  }
  return { instruction: site.instruction, off, empty: bare };
}
