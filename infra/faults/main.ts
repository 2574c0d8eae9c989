/**
 * `npm run faults -- [--json] [--scenario NAME] [--go 1.24] [--seconds N]`: planted truths and planted lies on the real path,
 * each answer held against what the service itself measured. Exit 0 when all is as planted, 1 when not, 2: called wrongly.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOptions, ERROR_CODES, MapscopeError, wantsHelp } from '@mapscope/events';
import { describeMachine } from '../machine.ts';
import { progressTo } from '../setup/steps.ts';
import { ensureGo } from '../setup/tasks/go-toolchain.ts';
import { preflight } from '../start/preflight.ts';
import { dataPaths } from '../world/paths.ts';
import { openWorld } from '../world/world.ts';
import { inTurn } from './in-turn.ts';
import { FAULT_OPTIONS, readFaultOptions, type FaultOptions } from './options.ts';
import { jsonLine, row, summary, type Result } from './report.ts';
import { runScenario } from './run-scenario.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { buildPrograms } from './service.ts';
import type { Stage } from './stage.ts';

const say = (text: string): void => void process.stderr.write(text);
const out = (text: string): void => void process.stdout.write(text);

/** Children end with us (world/process.ts); what they wrote goes too. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

async function main(options: FaultOptions): Promise<number> {
  preflight();
  const folder = options.dataDir ?? mkdtempSync(join(tmpdir(), 'mapscope-faults-'));
  if (options.dataDir === undefined) process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const paths = dataPaths(folder);
  const progress = progressTo(say);
  const results: Result[] = [];
  const world = await openWorld(paths, { ports: { api: 0, otlp: 0, kafka: 0, clickhouse: 0 } }, { progress, say });
  try {
    for (const go of options.go) {
      await progress(`Go ${go}`, () => ensureGo(paths, go));
      const programs = await progress(
        `services by Go ${go}`,
        () => buildPrograms(paths, go),
        () => 'built',
      );
      const { seconds, seed } = options;
      const stage: Stage = { ...world, programs, go, seconds, seed, isPaired: options.pairs };
      const tell = (result: Result): void => {
        results.push(result);
        (options.json ? say : out)(row(result));
      };
      await runAll(stage, options, { go, tell });
    }
  } finally {
    await world.close();
  }
  (options.json ? say : out)(summary(results));
  out(jsonLine(results, describeMachine()));
  return results.every(({ ok }) => ok) ? 0 : 1;
}

interface Telling {
  readonly go: string;
  readonly tell: (result: Result) => void;
}

/** Those that need a CPU to themselves one by one, after all others. */
async function runAll(stage: Stage, { scenarios, atOnce }: FaultOptions, { go, tell }: Telling): Promise<void> {
  const wanted = SCENARIOS.filter(({ name }) => scenarios.includes(name));
  const run = async (scenario: Scenario): Promise<void> => tell(await resultOf(stage, scenario, go));
  await inTurn(
    wanted.filter(({ needsCpu }) => needsCpu !== true),
    atOnce,
    run,
  );
  await inTurn(
    wanted.filter(({ needsCpu }) => needsCpu === true),
    1,
    run,
  );
}

async function resultOf(stage: Stage, scenario: Scenario, go: string): Promise<Result> {
  try {
    return await runScenario(stage, scenario);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { scenario: scenario.name, goVersion: `go${go}`, ok: false, reason };
  }
}

const argv = process.argv.slice(2);
if (wantsHelp(argv)) {
  out(`npm run faults -- [options]\n\n${describeOptions(FAULT_OPTIONS)}\n`);
} else {
  try {
    process.exitCode = await main(readFaultOptions(argv, process.env));
  } catch (error) {
    if (!(error instanceof MapscopeError)) throw error;
    say(`\n${error.code}: ${error.message}\n`);
    process.exitCode = ERROR_CODES[error.code].exit;
  }
}
