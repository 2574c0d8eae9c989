/** The bent batches' process and, where some are to be inserted, an engine; what they said, and whether they lived. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describeMachine } from '../../machine.ts';
import { REPO_ROOT, dataPaths } from '../../world/paths.ts';
import { freePort } from '../../world/ports.ts';
import { startClickhouse } from '../../world/roles.ts';

export interface FuzzWishes {
  readonly count: number;
  readonly seed: number;
  readonly maxSeconds: number;
  /** of those that pass verification; 0: no engine is started */
  readonly inserts: number;
  /** an engine that runs; else one is started */
  readonly clickhouseUrl?: string;
}

/** As apps/ingest's fuzz-batches.ts says it. */
interface Outcome {
  readonly batches: number;
  readonly heldOverInput: number;
  readonly inserted: number;
  readonly refused: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

export interface FuzzReport extends Outcome {
  readonly name: 'fuzz-batches';
  readonly seed: number;
  readonly machine: ReturnType<typeof describeMachine>;
}

/** A writer holds a batch's bytes and little more. */
const MAX_HELD_OVER_INPUT = 2;
const CHILD = join(REPO_ROOT, 'apps/ingest/src/writer/testing/fuzz-batches.ts');

export async function fuzzBatches(wishes: FuzzWishes): Promise<FuzzReport> {
  const { outcome, faults } = await withEngine(wishes, (clickhouseUrl) => child({ ...wishes, clickhouseUrl }));
  const all = [...outcome.faults, ...faults];
  if (outcome.heldOverInput > MAX_HELD_OVER_INPUT) all.push(`${outcome.heldOverInput} times its size was held`);
  return { name: 'fuzz-batches', seed: wishes.seed, machine: describeMachine(), ...outcome, faults: all };
}

interface Ran {
  readonly outcome: Outcome;
  readonly faults: readonly string[];
}

const NOTHING: Outcome = { batches: 0, heldOverInput: 0, inserted: 0, refused: 0, outcomes: {}, faults: [] };

async function child(order: object): Promise<Ran> {
  const args = ['--conditions=source', '--expose-gc', '--max-old-space-size=256', CHILD, JSON.stringify(order)];
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, complaint, [status]] = await Promise.all([
    text(running.stdout),
    text(running.stderr),
    once(running, 'exit'),
  ]);
  if (status !== 0) return { outcome: NOTHING, faults: [`it ended with ${String(status)}: ${complaint.slice(-600)}`] };
  // The last line of a child of ours that ended well.
  return { outcome: JSON.parse(said.trimEnd().split('\n').at(-1) ?? '{}') as Outcome, faults: [] };
}

async function withEngine(wishes: FuzzWishes, work: (url: string | undefined) => Promise<Ran>): Promise<Ran> {
  if (wishes.inserts === 0 || wishes.clickhouseUrl !== undefined) return work(wishes.clickhouseUrl);
  const home = mkdtempSync(join(tmpdir(), 'mapscope-fuzz-'));
  const { url, process: engine } = await startClickhouse(dataPaths(home), await freePort());
  try {
    const ran = await work(url);
    return engine.running() ? ran : { ...ran, faults: [...ran.faults, 'the engine has ended'] };
  } finally {
    await engine.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
