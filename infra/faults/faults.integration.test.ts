/**
 * The short form of `npm run faults`: two scenarios side by side on the real path, ten seconds each way. Held to what a busy
 * machine does not change: verdict, lines and the service's own figures of the same run; not to another run, nor to time.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { progressTo } from '../setup/steps.ts';
import { ensureGo } from '../setup/tasks/go-toolchain.ts';
import { dataPaths } from '../world/paths.ts';
import { openWorld, type World } from '../world/world.ts';
import { runScenario } from './run-scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { buildPrograms } from './service.ts';
import type { Stage } from './stage.ts';

const GO = '1.24';
const NAMES = ['chain', 'fan-out'];
/** Half a minute on a machine that does little else. */
const TIMEOUT_MILLIS = 600_000;
/** It compares with a clock. */
const OF_QUIET_MACHINES = ['incident'];

const folder = mkdtempSync(join(tmpdir(), 'mapscope-faults-'));
const isRoot = process.getuid?.() === 0;
let world: World;
let stage: Stage;

beforeAll(async () => {
  if (!isRoot) return;
  // Topics of its own: the broker is that of all integration tests.
  vi.stubEnv('MAPSCOPE_TOPIC_PREFIX', `faults-${process.pid}`);
  const paths = dataPaths(folder);
  await ensureGo(paths, GO);
  const programs = await buildPrograms(paths, GO);
  const given = { kafkaBrokers: inject('kafkaBrokers'), clickhouseUrl: inject('clickhouseUrl') };
  const voices = { progress: progressTo(() => undefined), say: () => undefined };
  world = await openWorld(paths, { ...given, ports: { api: 0, otlp: 0, kafka: 0, clickhouse: 0 } }, voices);
  stage = { ...world, programs, go: GO, seconds: 10, seed: 1, isPaired: false };
}, TIMEOUT_MILLIS);

afterAll(async () => {
  await world?.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!isRoot)(
  'locks behind locks, and behind a WaitGroup, are explained as the service measured it',
  async () => {
    const scenarios = SCENARIOS.filter(({ name }) => NAMES.includes(name));
    const outcomes = await Promise.all(scenarios.map((scenario) => runScenario(stage, scenario)));
    for (const { checks, sentence } of outcomes) {
      const missed = checks.filter(({ name, ok }) => !ok && !OF_QUIET_MACHINES.includes(name));
      expect(missed, sentence).toEqual([]);
    }
    expect(outcomes.map(({ scenario }) => scenario).toSorted()).toEqual(NAMES);
  },
  TIMEOUT_MILLIS,
);
