/** When probes of a service ended, and when nobody watched it: a change of the probes can look like one of the service. Pure. */
import type { AgentReportJson } from '@mapscope/contract';
import type { MsRange } from '../chart/visible-range.ts';
import { unixMs } from '../format/instant.ts';

export interface ProbeMark {
  readonly atMs: number;
  /** of a time in which nobody watched; absent: a moment */
  readonly untilMs?: number | undefined;
  readonly text: string;
}

/** A label each; more are no marks but a picket fence. */
const MAX_MARKS = 12;

const STATE_WORDS: Readonly<Record<string, string>> = {
  detached: 'probes off',
  killed: 'probes switched off',
  'ttl-expired': 'probes off: their time was over',
  died: 'agent died',
};

/** In their order; an agent reports once for each kind of event. */
export function probeMarks(
  reports: readonly AgentReportJson[],
  service: string,
  [from, to]: MsRange,
): readonly ProbeMark[] {
  const ended = reports.filter((report) => report.service === service && report.final && report.replay === null);
  const perAgent = new Map(ended.map((report) => [`${report.agent} ${report.pid}`, report]));
  return [...perAgent.values()]
    .flatMap((report) => [endOf(report), ...gapOf(report, to)])
    .filter(({ atMs, untilMs = atMs }) => untilMs >= from && atMs < to)
    .toSorted((a, b) => a.atMs - b.atMs)
    .slice(-MAX_MARKS);
}

const endOf = ({ state, reportedAt }: AgentReportJson): ProbeMark => ({
  atMs: unixMs(reportedAt),
  text: STATE_WORDS[state] ?? `probes ${state}`,
});

const gapOf = ({ gap }: AgentReportJson, endMs: number): readonly ProbeMark[] =>
  gap === null
    ? []
    : [{ atMs: unixMs(gap.from), untilMs: gap.to === null ? endMs : unixMs(gap.to), text: 'nobody watched' }];
