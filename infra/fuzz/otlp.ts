/**
 * `node --conditions=source infra/fuzz/otlp.ts [--requests N] [--seed S] [--json]`: bent OTLP requests at the real receiver, over
 * HTTP and gRPC, in a process of its own with little memory. The same seed bends the same way. Exit 0 when nothing was wrong,
 * else 1.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.ts';
import { REPO_ROOT } from '../world/paths.ts';

export interface OtlpFuzzWishes {
  readonly requests: number;
  readonly seed: number;
  readonly maxSeconds: number;
}

/** As apps/ingest's fuzz-otlp.ts says it. */
interface Outcome {
  readonly requests: number;
  readonly seconds: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly grownMebibytes: number;
  readonly heldBytes: number;
  readonly faults: readonly string[];
}

export interface OtlpFuzzReport extends Outcome {
  readonly name: 'fuzz-otlp';
  readonly seed: number;
  readonly machine: ReturnType<typeof describeMachine>;
}

/** Connections, compiled code and the samples of the profiler; a leak of a hundred bytes a request would be more. */
const MAX_GROWN_MEBIBYTES = 16;
const CHILD = join(REPO_ROOT, 'apps/ingest/src/otlp/testing/fuzz-otlp.ts');
const NOTHING: Outcome = { requests: 0, seconds: 0, outcomes: {}, grownMebibytes: 0, heldBytes: 0, faults: [] };

export async function fuzzOtlp(wishes: OtlpFuzzWishes): Promise<OtlpFuzzReport> {
  const args = ['--conditions=source', '--expose-gc', '--max-old-space-size=256', CHILD, JSON.stringify(wishes)];
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, complaint, [status]] = await Promise.all([
    text(running.stdout),
    text(running.stderr),
    once(running, 'exit'),
  ]);
  // The last line of a child of ours that ended well.
  const outcome = status === 0 ? (JSON.parse(said.trimEnd().split('\n').at(-1) ?? '{}') as Outcome) : NOTHING;
  const faults = [...outcome.faults];
  if (status !== 0) faults.push(`it ended with ${String(status)}: ${complaint.slice(-600)}`);
  if (outcome.grownMebibytes > MAX_GROWN_MEBIBYTES)
    faults.push(`${outcome.grownMebibytes} MiB more are held at the end`);
  if (outcome.heldBytes !== 0) faults.push(`${outcome.heldBytes} bytes of bodies were never given back`);
  return { name: 'fuzz-otlp', seed: wishes.seed, machine: describeMachine(), ...outcome, faults };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '200000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [requests, seed] = [Number(values.requests), Number(values.seed)];
  if (![requests, seed].every(Number.isSafeInteger) || requests < 1) {
    process.stderr.write('give whole numbers: --requests 200000 --seed 1\n');
    process.exit(2);
  }
  const report = await fuzzOtlp({ requests, seed, maxSeconds: 2 ** 30 });
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, undefined, 2)}\n`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
}

if (import.meta.main) await main();
