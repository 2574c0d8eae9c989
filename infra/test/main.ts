/**
 * `npm test`: every test, against the real broker, engine and kernel. Stages can be named: `npm test -- unit`.
 * Prints how long each took beside its budget, and last the line `N passed, N failed, N skipped`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareArm64 } from '../arm64/run.ts';
import { progressTo } from '../setup/steps.ts';
import { ensureGo, toolchain } from '../setup/tasks/go-toolchain.ts';
import { ensureKafkaJars } from '../setup/tasks/kafka-jars.ts';
import { ensureGoModules } from '../setup/tasks/go-modules.ts';
import { ensurePrometheus } from '../setup/tasks/prometheus.ts';
import { ensureStranger, FEW_STRANGERS } from '../setup/tasks/strangers.ts';
import { dataPaths, REPO_ROOT } from '../world/paths.ts';
import { countReport, failedFiles, failuresOf, joined, withSecondTry, type VitestReport } from './report.ts';
import { addCounts, NONE, STAGES, summary, type Counts, type Stage } from './stages.ts';

/** The oldest Go that is supported, the first with Swiss maps, and the first with a moved text base. */
const GO_VERSIONS = ['1.19', '1.24', '1.26'];
const paths = dataPaths();
const failures: string[] = [];
/** what failed at the first try */
const unsteady: string[] = [];
/** More files than these in one stage, and it is no accident. */
const SECOND_TRIES = 3;

async function prepare(): Promise<void> {
  const progress = progressTo((line) => process.stderr.write(line));
  await progress('Kafka jars', () => ensureKafkaJars(paths));
  for (const version of GO_VERSIONS) await progress(`Go ${version}`, () => ensureGo(paths, version));
  await progress('Go modules of test programs', () => ensureGoModules(paths));
  await progress('arm64 kernel', () => prepareArm64(paths));
  await progress('Prometheus and Alertmanager', () => ensurePrometheus(paths));
  for (const name of FEW_STRANGERS) await progress(name, () => ensureStranger(paths, name));
}

interface Ran {
  readonly status: number | null;
  /** undefined: it did not come so far */
  readonly report: VitestReport | undefined;
}

/** One run of vitest over a stage, or over some files of it; what it says goes to a log instead where one is given. */
async function runVitest(stage: Stage, filters: readonly string[], lane = '', log?: string): Promise<Ran> {
  const reportFile = join(paths.root, `test-${stage.project}${lane}.json`);
  rmSync(reportFile, { force: true });
  const vitest = join(REPO_ROOT, 'node_modules/vitest/vitest.mjs');
  const project = ['run', '--config', 'infra/vitest.config.ts', '--project', stage.project, '--passWithNoTests'];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const roots = GO_VERSIONS.map((version) => toolchain(paths, version).root).join(':');
  const env = { ...process.env, MAPSCOPE_GO_ROOTS: roots };
  const out = log === undefined ? undefined : openSync(log, 'w');
  const args = [vitest, ...project, ...reporters, ...filters];
  const child = spawn(process.execPath, args, { cwd: REPO_ROOT, stdio: ['ignore', out ?? 1, out ?? 2], env });
  const [status] = await once(child, 'close');
  if (out !== undefined) closeSync(out);
  return { status, report: existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined };
}

/** Lanes run side by side, the first where one can watch it; what the others said is printed when all are over. */
async function runLanes(stage: Stage, filters: readonly string[]): Promise<Ran> {
  const { lanes } = stage;
  if (lanes === undefined || filters.length > 0) return runVitest(stage, filters);
  const logs = lanes.map((_, lane) => (lane === 0 ? undefined : join(paths.root, `test-${stage.project}-${lane}.log`)));
  const ran = await Promise.all(
    lanes.map((folders, lane) => {
      const own = folders.map((folder) => join(REPO_ROOT, folder, '/'));
      return runVitest(stage, own, `-${lane}`, logs[lane]);
    }),
  );
  for (const log of logs) if (log !== undefined) process.stdout.write(readFileSync(log));
  const reports = ran.flatMap(({ report }) => (report === undefined ? [] : [report]));
  const status = Math.max(...ran.map((one) => one.status ?? 1));
  return { status, report: reports.length === lanes.length ? joined(reports) : undefined };
}

/** What failed in a few files gets a second try, in a world of its own, and is named all the same (decision 0028). */
async function runStage(stage: Stage, filters: readonly string[]): Promise<Counts> {
  const started = performance.now();
  let { status, report } = await runLanes(stage, filters);
  const again = failedFiles(report);
  if (report !== undefined && again.length > 0 && again.length <= SECOND_TRIES) {
    process.stdout.write(`stage ${stage.name}: a second try of ${again.join(' ')}\n`);
    const second = await runVitest(stage, again, '-again');
    unsteady.push(...failuresOf(report));
    if (second.report !== undefined) report = withSecondTry(report, second.report);
    status = second.status;
  }
  const minutes = (performance.now() - started) / 60_000;
  process.stdout.write(`stage ${stage.name}: ${minutes.toFixed(1)} of ${stage.budgetMinutes} minutes\n`);
  const counts = countReport(report, status);
  const named = failuresOf(report);
  failures.push(...(counts.failed > 0 && named.length === 0 ? [`${stage.name}: an error outside of any test`] : named));
  return counts;
}

const named = process.argv.slice(2);
const wanted = STAGES.filter((stage) => named.length === 0 || named.includes(stage.project));
const filters = named.filter((name) => !STAGES.some((stage) => stage.project === name));
await prepare();
let counts = NONE;
for (const stage of wanted.length === 0 ? STAGES : wanted) {
  counts = addCounts(counts, await runStage(stage, filters));
}
for (const failure of unsteady) process.stdout.write(`\nfailed at the first try: ${failure}\n`);
for (const failure of failures) process.stdout.write(`\nfailed: ${failure}\n`);
process.stdout.write(`\n${summary(counts)}\n`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
