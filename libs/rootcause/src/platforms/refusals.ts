/**
 * What must not be compared, and why. Each names its numbers and what to ask instead.
 *
 *   too-few   under 100 requests of one of them: a p99 would be its maximum
 *   builds    other source, other tags or another Go: what differs may be the program
 *   routes    a tenth of the requests goes elsewhere: what differs may be the work
 *   loads     twice as many requests a second and process: contention grows with load
 *   emulated  instructions are interpreted on one of them: its times are the interpreter's (blocks times only)
 *
 * Pure.
 */
import { parsePlatform } from '@mapscope/events';
import { count, percent } from '../words.ts';
import type { Refusal } from './answer.ts';
import { isEmulation } from './label.ts';
import type { Measured } from './measure.ts';

export const COMPARABLE = { requests: 100, routeShift: 0.1, loadRatio: 2 } as const;

/** A platform in one window, by the name that people see. */
export interface Named {
  readonly label: string;
  readonly measured: Measured;
}

export function refusalsOf(a: Named, b: Named): readonly Refusal[] {
  const emulated = [a, b].flatMap((one) => emulatedReason(one));
  return [...tooFew(a, b), ...builds(a, b), ...routes(a, b), ...loads(a, b, emulated.length > 0), ...emulated];
}

const all = (code: Refusal['code'], reason: string): readonly Refusal[] => [{ code, blocks: 'all', reason }];

const tooFew = (a: Named, b: Named): readonly Refusal[] =>
  [a, b].flatMap(({ label, measured: { samples } }) =>
    samples.duration.length < COMPARABLE.requests
      ? all(
          'too-few',
          `${label} has ${count(samples.duration.length)} requests (${COMPARABLE.requests} needed): ask for a longer window`,
        )
      : [],
  );

const emulatedReason = ({ label, measured }: Named): readonly Refusal[] => {
  const { emulation } = parsePlatform(measured.facts.platform);
  if (!isEmulation(emulation)) return [];
  const reason = `not comparable: emulated (${label}: ${emulation}); counts and shares only`;
  return [{ code: 'emulated', blocks: 'times', reason }];
};

function builds(a: Named, b: Named): readonly Refusal[] {
  const [goA, goB] = [a, b].map(({ measured }) => parsePlatform(measured.facts.platform).goVersion);
  if (goA !== undefined && goB !== undefined && goA !== goB)
    return all('builds', `different builds: ${a.label} by Go ${goA}, ${b.label} by Go ${goB}`);
  const several = [a, b].find(({ measured }) => measured.facts.builds.length > 1);
  if (several !== undefined) {
    const { length } = several.measured.facts.builds;
    return all(
      'builds',
      `${length} builds of ${several.label} served in this window: ask for one before or after the roll-out`,
    );
  }
  const [buildA, buildB] = [a.measured.facts.builds[0], b.measured.facts.builds[0]];
  return buildA === undefined || buildB === undefined || buildA === buildB
    ? []
    : all('builds', `different builds: ${a.label} runs ${buildA}, ${b.label} runs ${buildB}`);
}

/** Total variation distance of the two mixes: the part of requests that would have to go elsewhere. */
function routes(a: Named, b: Named): readonly Refusal[] {
  const [ofA, ofB] = [a.measured.samples, b.measured.samples];
  const [n, m] = [ofA.duration.length, ofB.duration.length];
  if (n === 0 || m === 0) return [];
  const names = [...new Set([...ofA.routes.keys(), ...ofB.routes.keys()])].sort();
  const shifts = names.map((name) => ({ name, by: (ofA.routes.get(name) ?? 0) / n - (ofB.routes.get(name) ?? 0) / m }));
  const distance = shifts.reduce((sum, { by }) => sum + Math.abs(by), 0) / 2;
  const [most] = shifts.sort((x, y) => Math.abs(y.by) - Math.abs(x.by));
  if (distance <= COMPARABLE.routeShift || most === undefined) return [];
  const more = most.by > 0 ? a.label : b.label;
  return all(
    'routes',
    `different routes: ${percent(distance)} of the requests go elsewhere, most of them ${more} to ${most.name}: ask with one route`,
  );
}

function loads(a: Named, b: Named, areTimesRefused: boolean): readonly Refusal[] {
  const [loadA, loadB] = [a, b].map(
    ({ measured: { measures } }) => measures.requestsPerSecond.value / Math.max(1, measures.processes),
  ) as [number, number]; // as many as were mapped
  const times = Math.max(loadA, loadB) / Math.min(loadA, loadB);
  if (!(times > COMPARABLE.loadRatio)) return [];
  const reason = `different loads: ${loadA.toPrecision(3)} requests/s and process of ${a.label}, ${loadB.toPrecision(3)} of ${b.label}: ask for a window in which they are alike`;
  return [{ code: 'loads', blocks: areTimesRefused ? 'times' : 'all', reason }];
}
