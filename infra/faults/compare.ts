/**
 * The answer against the truth: one check for each promise, with what was found and what was wanted. Pure.
 */
import type { CodeSiteJson, RootCauseAnswer } from '@mapscope/contract';
import type { Expected, TruthCause } from './scenarios.ts';
import { pairedCheck, type Pair } from './pairs.ts';
import { explainedShare, p99Without, type Truth } from './truth.ts';

export interface Mark {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export interface Observed {
  readonly answer: RootCauseAnswer;
  readonly off: Truth;
  readonly on: Truth;
  readonly marks: Readonly<Record<string, Mark>>;
  /** host:port of the service that is called */
  readonly stock: string;
  /** empty: no slices were run for it */
  readonly pairs: readonly Pair[];
  /** from the fault until the API told of an incident; absent: it never did */
  readonly secondsToIncident?: number | undefined;
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  readonly wanted: string;
  /** not ok, and the machine alone may be why */
  readonly isNoise?: boolean;
}

const SHARE_POINTS = 5;
const P99_TOLERANCE = 0.1;
const INCIDENT_SECONDS = 30;

export function compare(expected: Expected, observed: Observed): readonly Check[] {
  const { answer } = observed;
  return [
    equal('verdict', answer.verdict, expected.verdict),
    ...lines(expected, observed),
    ...shares(expected, observed),
    ...counterfactual(expected, observed),
    ...innocence(expected, observed),
    ...words(expected, answer),
    incident(expected, observed.secondsToIncident),
  ];
}

export const equal = (name: string, found: string, wanted: string): Check => ({
  name,
  ok: found === wanted,
  found,
  wanted,
});

/** A site and a mark are the same line: folders differ from machine to machine. */
export const placeOf = (at: CodeSiteJson | Mark | null | undefined): string =>
  at === null || at === undefined ? 'nobody' : `${at.function} ${at.file.split('/').at(-1) ?? ''}:${at.line}`;

function lines(expected: Expected, { answer, marks, stock }: Observed): readonly Check[] {
  const wanted = (mark: string | undefined): string => placeOf(mark === undefined ? undefined : marks[mark]);
  const blamed = answer.candidates.find(({ waiter }) => placeOf(waiter) === placeOf(answer.waiter));
  return [
    equal('waiter', placeOf(answer.waiter), wanted(expected.waiter)),
    equal('release', placeOf(answer.releasedAt), wanted(expected.release)),
    ...(expected.slowReader === undefined
      ? []
      : [equal('slow reader', placeOf(blamed?.slowReader), wanted(expected.slowReader))]),
    ...(expected.isStock === true ? [equal('host', answer.timeCause?.host ?? 'nobody', stock)] : []),
    ...(expected.channelLine === undefined
      ? []
      : [equal('channel line', placeOf(answer.timeCause?.site), wanted(expected.channelLine))]),
  ];
}

function shares(expected: Expected, observed: Observed): readonly Check[] {
  const { answer } = observed;
  const points = expected.sharePoints ?? SHARE_POINTS;
  if (expected.truth === undefined) return [equal('share', answer.explained === null ? 'none' : 'some', 'none')];
  const { truth, truthLeast } = expected;
  const own = share('share', answer.explained?.value, { truth, truthLeast, points, observed });
  return expected.also === undefined ? [own] : [own, alsoTold(expected.also, observed, points)];
}

function alsoTold(also: NonNullable<Expected['also']>, observed: Observed, points: number): Check {
  const { answer, marks } = observed;
  const found =
    also.kind === 'downstream'
      ? answer.timeCauses?.find(({ kind }) => kind === 'downstream')
      : answer.candidates.find(({ waiter }) => placeOf(waiter) === placeOf(marks[also.waiter ?? '']));
  return share('second share', found?.explained.value, { truth: also.truth, points, observed });
}

interface Against {
  readonly truth: TruthCause;
  readonly truthLeast?: TruthCause | undefined;
  readonly points: number;
  readonly observed: Observed;
}

function share(name: string, found: number | undefined, against: Against): Check {
  const { truth, truthLeast = truth, points, observed } = against;
  const shareOf = (cause: TruthCause): number => Math.min(1, explainedShare(observed.off, observed.on, cause));
  const [least, most] = [shareOf(truthLeast), shareOf(truth)];
  const ok = found !== undefined && found >= least - points / 100 && found <= most + points / 100;
  const wanted = truth === truthLeast ? percent(most) : `${percent(least)} to ${percent(most)}`;
  return { name, ok, found: percent(found), wanted: `${wanted} ± ${points} points` };
}

const percent = (value: number | undefined): string => (value === undefined ? 'none' : `${(value * 100).toFixed(1)} %`);

/** Against the service's own figures of the same run, and in pairs against slices without the fault. */
function counterfactual(expected: Expected, { answer, on, pairs }: Observed): readonly Check[] {
  if (expected.truth === undefined) return [];
  const found = answer.p99.counterfactualMs;
  const tolerance = expected.p99Tolerance ?? P99_TOLERANCE;
  const { truth, truthLeast = truth } = expected;
  // The more was waited, the less is left.
  const [least, most] = [p99Without(on, truth) / 1e6, p99Without(on, truthLeast) / 1e6];
  const own: Check = {
    name: 'p99 without',
    ok: found !== null && found >= least * (1 - tolerance) && found <= most * (1 + tolerance),
    found: found === null ? 'none' : `${found.toFixed(1)} ms`,
    wanted: `${truth === truthLeast ? '' : `${least.toFixed(1)} to `}${most.toFixed(1)} ms ± ${Math.round(tolerance * 100)} %`,
  };
  return [own, ...(expected.isOnlyCause === false || pairs.length === 0 ? [] : [pairedCheck(pairs, tolerance)])];
}

function innocence(expected: Expected, { answer, marks }: Observed): readonly Check[] {
  const innocent = (expected.innocent ?? []).map((mark) => placeOf(marks[mark]));
  const blamed = [answer.waiter, answer.releasedAt, answer.timeCause?.site].map(placeOf);
  return innocent.map((place) => ({
    name: 'innocent',
    ok: !blamed.includes(place),
    found: blamed.includes(place) ? 'blamed' : 'not blamed',
    wanted: `${place} not blamed`,
  }));
}

function words({ says = [] }: Expected, { sentence, reasons, nextProbes = [] }: RootCauseAnswer): readonly Check[] {
  const text = [sentence, ...reasons, ...nextProbes].join('\n');
  return says.map((said) => {
    const ok = said.test(text);
    return { name: 'words', ok, found: ok ? 'said' : 'not said', wanted: String(said) };
  });
}

function incident({ isIncident = true }: Expected, seconds: number | undefined): Check {
  const found = seconds === undefined ? 'none' : `${seconds.toFixed(1)} s`;
  if (!isIncident) return { name: 'incident', ok: seconds === undefined, found, wanted: 'none' };
  const ok = seconds !== undefined && seconds < INCIDENT_SECONDS;
  return { name: 'incident', ok, found, wanted: `in less than ${INCIDENT_SECONDS} s` };
}
