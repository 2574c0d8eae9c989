/** A root cause for people who read it in a terminal, or have it read to them. Pure. */
import type { CandidateJson, EstimateJson, RootCauseAnswer } from '@mapscope/contract';
import { count, duration, percent, ratio } from './numbers.ts';
import { place } from './places.ts';
import { printable } from './table.ts';

type TimeCause = NonNullable<RootCauseAnswer['timeCauses']>[number];
const MAX_LISTED = 8;

/** The API's own words come with backticks for code; a terminal shows them as they are. */
export function whyLines(answer: RootCauseAnswer, link: string): readonly string[] {
  return [
    printable(answer.sentence),
    '',
    `verdict    ${answer.verdict}, confidence ${answer.confidence}`,
    `service    ${printable(answer.service)}${scopeOf(answer)}`,
    `window     ${answer.window.from} to ${answer.window.to}`,
    `baseline   ${answer.baseline.from} to ${answer.baseline.to}`,
    `p99        ${p99Words(answer.p99)}`,
    `requests   ${count(answer.slowRequests)} slow of ${count(answer.requests)}; ${count(answer.baselineRequests)} before`,
    ...section('causes, most explaining first', causeLines(answer)),
    ...section('findings', answer.reasons.filter((reason) => !isRuledOut(reason)).map(printable)),
    ...section(
      'ruled out',
      answer.reasons.filter(isRuledOut).map((reason) => printable(reason.slice(RULED_OUT.length))),
    ),
    ...section('platforms', platformLines(answer)),
    ...(answer.remedy === null || answer.remedy === undefined ? [] : section('to mend it', [printable(answer.remedy)])),
    ...section(
      'exemplars',
      answer.exemplarTraceIds.slice(0, 3).map((id) => `mapscope trace ${id}`),
    ),
    '',
    `coverage   ${coverageWords(answer)}`,
    `page       ${link}`,
  ];
}

/** As apps/ui/src/explain/findings.ts tells them apart. */
const RULED_OUT = 'ruled out: ';
const isRuledOut = (reason: string): boolean => reason.startsWith(RULED_OUT);

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];

const scopeOf = ({ route, platform }: RootCauseAnswer): string =>
  [
    route === null ? '' : `, route ${printable(route)}`,
    platform === null ? '' : `, platform ${printable(platform)}`,
  ].join('');

function p99Words({ beforeMs, duringMs, counterfactualMs }: RootCauseAnswer['p99']): string {
  const without = counterfactualMs === null ? '' : `; without the cause ${duration(counterfactualMs)}`;
  return `${withInterval(beforeMs)} → ${withInterval(duringMs)}${without}`;
}

const withInterval = (estimate: EstimateJson | null): string =>
  estimate === null ? '–' : `${duration(estimate.value)} [${duration(estimate.low)}, ${duration(estimate.high)}]`;

/** 81 % [77, 84] */
const share = ({ value, low, high }: EstimateJson): string => `${percent(value)} [${bound(low)}, ${bound(high)}]`;

/** Beside a value below one, whole bounds would say [0, 0]. */
const bound = (part: number): string =>
  (Math.abs(part) < 0.01 ? Number((part * 100).toFixed(1)) : Math.round(part * 100)).toString();

function causeLines({ candidates, timeCauses = [] }: RootCauseAnswer): readonly string[] {
  const all = [
    ...candidates.map((lock) => ({ weight: lock.explained.value, lines: lockLines(lock) })),
    ...timeCauses.map((cause) => ({ weight: cause.explained.value, lines: timeLines(cause) })),
  ];
  return all
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MAX_LISTED)
    .flatMap(({ lines }) => lines);
}

function lockLines(lock: CandidateJson): readonly string[] {
  const holder =
    lock.releasedAt === null ? 'nobody was seen letting go' : `held by ${printable(place(lock.releasedAt))}`;
  const part = lock.releasedAtShare === null ? '' : ` (${percent(lock.releasedAtShare)} of the wait)`;
  const request = lock.heldBy === undefined ? '' : `, for requests of ${printable(lock.heldBy.route)}`;
  return [
    `${share(lock.explained)}  waiting for ${lock.lockKind} in ${printable(place(lock.waiter))}`,
    `    ${holder}${part}${request}`,
    `    contention ratio ${ratio(lock.contentionRatio)}, before ${ratio(lock.contentionRatioBaseline)}; ${count(lock.waits)} waits`,
    ...(lock.guards === undefined
      ? []
      : [`    guards ${printable(lock.guards.mapType)} in ${printable(place(lock.guards.site))}`]),
  ];
}

const timeLines = ({ kind, host, site, explained, events }: TimeCause): readonly string[] => {
  const what = host !== null ? ` ${host}` : site !== null ? ` ${place(site)}` : '';
  return [`${share(explained)}  ${kind}${printable(what)}, ${count(events)} times`];
};

const platformLines = ({ platforms }: RootCauseAnswer): readonly string[] =>
  platforms
    .slice(0, MAX_LISTED)
    .map(
      ({ platform, waiting, slowRequests, requests }) =>
        `${share(waiting)} waited  ${printable(platform)}  ${count(slowRequests)} slow of ${count(requests)}`,
    );

function coverageWords({ coverage, exactBinding }: RootCauseAnswer): string {
  const { ringSubmitted, ringLost, published, inserted } = coverage;
  const seen = ringSubmitted + ringLost === 0 ? null : ringSubmitted / (ringSubmitted + ringLost);
  const bound = exactBinding === null ? '' : `; ${percent(exactBinding)} of the waits bound to a trace exactly`;
  const kept = seen === null ? 'no agent reported its counts' : `${percent(seen)} of events seen`;
  const unwatched = (coverage.watched ?? []).filter(({ share: watched }) => watched < 0.995);
  const gaps = unwatched.map(
    ({ kind, share: watched }) => `; ${printable(kind)} watched ${percent(watched)} of the time`,
  );
  return `${kept} (${count(inserted)} of ${count(published)} published are stored)${bound}${gaps.join('')}`;
}
