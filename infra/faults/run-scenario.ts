/**
 * One scenario on the real path: service → agent → Kafka → writer → engine → API.
 *
 *     off  ├── load, seed s ──┤            on  ├── load, seed s ──┤
 *                                 fault ▲          ▲ incident told      stop agent, all stored ─► ask ─► compare
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncidentsAnswer, RootCauseAnswer } from '@mapscope/contract';
import type { DataPaths } from '../world/paths.ts';
import { attachAgent, type Agent } from './agent.ts';
import { compare, type Check } from './compare.ts';
import { getJson } from './get-json.ts';
import { runLoad, type LoadReport } from './load.ts';
import type { Scenario } from './scenarios.ts';
import { startService, type Programs, type Service } from './service.ts';
import { allStored } from './stored.ts';
import type { Truth } from './truth.ts';

/** Where everything is. */
export interface Stage {
  readonly paths: DataPaths;
  readonly programs: Programs;
  readonly kafkaBrokers: readonly string[];
  readonly clickhouseUrl: string;
  readonly apiUrl: string;
  readonly otlpUrl: string;
  /** version the services are built by */
  readonly go: string;
  readonly seconds: number;
  readonly seed: number;
}

export interface Outcome {
  readonly scenario: string;
  readonly goVersion: string;
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly sentence: string;
  readonly reasons: readonly string[];
  readonly secondsToIncident: number | null;
  readonly load: { readonly off: LoadReport; readonly on: LoadReport };
}

export async function runScenario(stage: Stage, scenario: Scenario): Promise<Outcome> {
  const { paths, programs } = stage;
  await using opened = new AsyncDisposableStack();
  const name = `${scenario.name}-${stage.go}`;
  const start = async (mode: string, more: readonly string[] = []): Promise<Service> => {
    const service = await startService({ service: programs.service, logs: paths.logs }, mode, more);
    opened.defer(service.stop);
    return service;
  };
  const stock = await start('stock');
  const spans = scenario.sendsSpans === true ? ['-otlp', stage.otlpUrl, '-service', name] : [];
  const service = await start(scenario.mode, ['-downstream', stock.address, ...spans]);
  const watched = { pid: service.pid, service: name, families: scenario.families };
  const agent = await attachAgent(paths, stage.kafkaBrokers, watched);
  opened.defer(agent.stop);
  const run = (isOn: boolean): Promise<Run> => oneRun({ stage, scenario, service, name }, isOn);
  const [off, on] = [await run(false), await run(scenario.isBroken !== false)];
  const answer = await answerOf(stage, agent, { name, off, on });
  const seen = { answer, off: off.truth, on: on.truth, marks: service.marks, stock: stock.address };
  const checks = compare(scenario.expected, { ...seen, secondsToIncident: on.secondsToIncident });
  return {
    scenario: scenario.name,
    goVersion: service.goVersion,
    ok: checks.every(({ ok }) => ok),
    checks,
    sentence: answer.sentence,
    reasons: answer.reasons,
    secondsToIncident: on.secondsToIncident ?? null,
    load: { off: off.load, on: on.load },
  };
}

interface Subject {
  readonly stage: Stage;
  readonly scenario: Scenario;
  readonly service: Service;
  /** under which the service is known */
  readonly name: string;
}

interface Run {
  readonly fromUnixMillis: number;
  readonly toUnixMillis: number;
  readonly truth: Truth;
  readonly load: LoadReport;
  readonly secondsToIncident?: number | undefined;
}

async function oneRun({ stage, scenario, service, name }: Subject, isOn: boolean): Promise<Run> {
  await service.setFault(isOn);
  const fromUnixMillis = Date.now();
  const { rate, paths = { '/': 1 } } = scenario;
  const { seconds, seed } = stage;
  const plan = {
    program: stage.programs.load,
    logs: stage.paths.logs,
    address: service.address,
    paths,
    rate,
    seconds,
    seed,
  };
  const isOver = { value: false };
  const incident = isOn ? firstIncident(stage, name, isOver) : undefined;
  const load = await runLoad(plan);
  const toUnixMillis = Date.now();
  const truth = await service.truth();
  isOver.value = true;
  return { fromUnixMillis, toUnixMillis, truth, load, secondsToIncident: await incident };
}

const LOOK_EVERY_MILLIS = 500;
const BEFORE_MILLIS = 600_000;
/** as long as it may take: see compare.ts */
const PATIENCE_MILLIS = 30_000;
/** The points of the series are so long: one that the fault began in began before it. */
const STEP_MILLIS = 2_000;

/** Asks from the moment of the fault on until there is an incident of it, or the run is over and the time it may take. */
async function firstIncident(
  { apiUrl }: Stage,
  service: string,
  isOver: { readonly value: boolean },
): Promise<number | undefined> {
  const broken = Date.now();
  const query = new URLSearchParams({ service, from: String(broken - BEFORE_MILLIS) });
  while (!isOver.value || Date.now() - broken < PATIENCE_MILLIS) {
    const { items } = await getJson<IncidentsAnswer>(`${apiUrl}/api/v1/incidents?${query.toString()}`);
    if (items.some(({ window }) => Date.parse(window.from) >= broken - STEP_MILLIS))
      return (Date.now() - broken) / 1000;
    await sleep(LOOK_EVERY_MILLIS);
  }
  return undefined;
}

interface Asked {
  readonly name: string;
  readonly off: Run;
  readonly on: Run;
}

async function answerOf({ apiUrl }: Stage, agent: Agent, { name, off, on }: Asked): Promise<RootCauseAnswer> {
  await agent.stop();
  await allStored(apiUrl, agent.id);
  const query = new URLSearchParams({
    service: name,
    from: String(on.fromUnixMillis),
    to: String(on.toUnixMillis),
    baselineFrom: String(off.fromUnixMillis),
    baselineTo: String(off.toUnixMillis),
  });
  return getJson<RootCauseAnswer>(`${apiUrl}/api/v1/root-causes?${query.toString()}`);
}
