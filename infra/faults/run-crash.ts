/**
 * A service that is about to crash: two goroutines in one map. Told before the runtime notices, and told again when it has.
 *
 *     off ├── load ──┤ fault ├── load: conflicts ──┤ /maps, /root-causes ─► crash ─► incident
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MapAnswer, MapsAnswer, RootCauseAnswer } from '@mapscope/contract';
import type { Agent } from './agent.ts';
import { compareCrash, type SeenBefore } from './compare-crash.ts';
import { getJson } from './get-json.ts';
import { firstIncident, oneRun, type Run, type Subject } from './one-run.ts';
import type { ExpectedConflict } from './scenarios.ts';
import type { Outcome } from './stage.ts';

const FRESH_MILLIS = 30_000;
const LOOK_EVERY_MILLIS = 500;

export async function runCrash(subject: Subject, agent: Agent, expected: ExpectedConflict): Promise<Outcome> {
  const { stage, scenario, service, name } = subject;
  const off = await oneRun(subject, { isOn: false, seconds: stage.seconds });
  const on = await oneRun(subject, { isOn: true, seconds: stage.seconds });
  const before = await seenBefore(subject, { off, on });
  const isOver = { value: true };
  // From here on it is counted: the service crashes some milliseconds later.
  const incident = firstIncident(stage, { service: name, isOver, isOne: ({ kind }) => kind === 'crash' });
  await service.crash();
  const told = await incident;
  await agent.stop();
  const checks = compareCrash(expected, { ...before, told, overlaps: on.truth.overlaps ?? 0, marks: service.marks });
  return {
    scenario: scenario.name,
    goVersion: service.goVersion,
    ok: checks.every(({ ok }) => ok),
    checks,
    sentence: told?.incident.sentence ?? before.answer.sentence,
    reasons: before.answer.reasons,
    secondsToIncident: null,
    secondsFromCrash: told?.seconds ?? null,
    load: { off: off.load, on: on.load },
    pairs: [],
  };
}

/** Rows come about a second after they happen: asked until the map has conflicts, or the time it may take is over. */
async function seenBefore(
  { stage: { apiUrl }, name }: Subject,
  { off, on }: { readonly off: Run; readonly on: Run },
): Promise<SeenBefore> {
  const window = { from: String(on.fromUnixMillis), to: String(on.toUnixMillis) };
  const query = new URLSearchParams({ service: name, ...window }).toString();
  const baseline = { baselineFrom: String(off.fromUnixMillis), baselineTo: String(off.toUnixMillis) };
  const asked = new URLSearchParams({ service: name, ...window, ...baseline }).toString();
  const deadline = Date.now() + FRESH_MILLIS;
  for (;;) {
    const { items } = await getJson<MapsAnswer>(`${apiUrl}/api/v1/maps?${query}`);
    const worst = items.find(({ conflicts }) => conflicts > 0);
    if (worst !== undefined || Date.now() > deadline) {
      const map =
        worst === undefined ? undefined : await getJson<MapAnswer>(`${apiUrl}/api/v1/maps/${worst.address}?${query}`);
      return { map, answer: await getJson<RootCauseAnswer>(`${apiUrl}/api/v1/root-causes?${asked}`) };
    }
    await sleep(LOOK_EVERY_MILLIS);
  }
}
