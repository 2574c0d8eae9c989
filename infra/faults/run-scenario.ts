/**
 * One scenario on the real path: service → agent → Kafka → writer → engine → API.
 *
 *     off │ on │ off │ on │ off …    fault ▲ incident told     stop agent, all stored ─► ask ─► compare
 *     └ the answer ┘ └─── shorter slices, where one cause is all there is (pairs.ts)
 */
import type { RootCauseAnswer } from '@mapscope/contract';
import { attachAgent, type Agent } from './agent.ts';
import { compare } from './compare.ts';
import { getJson } from './get-json.ts';
import { oneRun, type Run, type Subject } from './one-run.ts';
import type { Pair } from './pairs.ts';
import { runCrash } from './run-crash.ts';
import type { Scenario } from './scenarios.ts';
import { startService, type Service } from './service.ts';
import type { Outcome, Stage } from './stage.ts';
import { allStored } from './stored.ts';
import { quantile, type Truth } from './truth.ts';

/** Besides the first; see pairs.ts. */
const MORE_PAIRS = 4;
/** 100 requests are the least that a baseline may have, at 20 a second. */
const SLICE_SECONDS = 8;

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
  const agent = await attachAgent(paths, stage.kafkaBrokers, {
    pid: service.pid,
    service: name,
    families: scenario.families,
  });
  opened.defer(agent.stop);
  const subject = { stage, scenario, service, name };
  const { conflict } = scenario.expected;
  // Awaited here: what was opened is closed when this function ends.
  return await (conflict === undefined ? slowly(subject, agent, stock.address) : runCrash(subject, agent, conflict));
}

async function slowly(subject: Subject, agent: Agent, stock: string): Promise<Outcome> {
  const { stage, scenario, service, name } = subject;
  const isBroken = scenario.isBroken !== false;
  const off = await oneRun(subject, { isOn: false, seconds: stage.seconds });
  const on = await oneRun(subject, { isOn: isBroken, seconds: stage.seconds, isWatched: isBroken });
  const slices = [off, on, ...(stage.isPaired && isPaired(scenario) ? await moreSlices(subject) : [])];
  await agent.stop();
  await allStored(stage.apiUrl, agent.id);
  const answer = await answerOf(stage, name, { off, on });
  const pairs = await pairsOf(stage, name, slices);
  const seen = { answer, off: off.truth, on: on.truth, marks: service.marks, stock, pairs };
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
    pairs,
  };
}

const isPaired = ({ expected }: Scenario): boolean => expected.truth !== undefined && expected.isOnlyCause !== false;

/** off, on, off, on, … off */
async function moreSlices(subject: Subject): Promise<readonly Run[]> {
  const slices: Run[] = [];
  for (let slice = 0; slice <= 2 * MORE_PAIRS; slice++)
    slices.push(await oneRun(subject, { isOn: slice % 2 === 1, seconds: SLICE_SECONDS }));
  return slices;
}

const p99Ms = ({ durationNanos }: Truth): number => quantile(durationNanos, 0.99) / 1e6;

/** Every second slice is with the fault. */
async function pairsOf(stage: Stage, name: string, slices: readonly Run[]): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let at = 1; at + 1 < slices.length; at += 2) {
    const [off, on, after] = slices.slice(at - 1, at + 2);
    if (off === undefined || on === undefined || after === undefined) break;
    const { p99 } = await answerOf(stage, name, { off, on });
    pairs.push({ beforeMs: p99Ms(off.truth), foretoldMs: p99.counterfactualMs, afterMs: p99Ms(after.truth) });
  }
  return pairs;
}

interface Asked {
  readonly off: Run;
  readonly on: Run;
}

function answerOf({ apiUrl }: Stage, service: string, { off, on }: Asked): Promise<RootCauseAnswer> {
  const query = new URLSearchParams({
    service,
    from: String(on.fromUnixMillis),
    to: String(on.toUnixMillis),
    baselineFrom: String(off.fromUnixMillis),
    baselineTo: String(off.toUnixMillis),
  });
  return getJson<RootCauseAnswer>(`${apiUrl}/api/v1/root-causes?${query.toString()}`);
}
