/** What the status page shows of agents and the pipeline. Pure. */
import type { AgentReportJson, PipelineTotals, StatusAnswer } from '@mapscope/contract';
import { unixMs } from '../format/instant.ts';

/** An agent reports once per kind of event; people think of it as one. */
export interface AgentView {
  readonly agent: string;
  readonly service: string;
  readonly platform: string;
  readonly pid: number;
  readonly buildId: string;
  readonly state: string;
  readonly probes: number;
  readonly attachMs: number;
  readonly submitted: number;
  readonly lost: number;
  readonly published: number;
  readonly isFinal: boolean;
  /** later than three reports: it no longer speaks, and did not say goodbye */
  readonly isSilent: boolean;
  readonly reportedAt: string;
}

/** Agents report every few seconds; this is several reports missed. */
const SILENT_AFTER_MS = 30_000;

const latest = (reports: readonly AgentReportJson[]): AgentReportJson | undefined =>
  reports.toSorted((a, b) => unixMs(b.reportedAt) - unixMs(a.reportedAt))[0];

const sum = (reports: readonly AgentReportJson[], pick: (report: AgentReportJson) => number): number =>
  reports.reduce((total, report) => total + pick(report), 0);

function toAgentView(reports: readonly AgentReportJson[], nowMs: number): AgentView | undefined {
  const last = latest(reports);
  if (last === undefined) return undefined;
  const isFinal = reports.every((report) => report.final);
  return {
    agent: last.agent,
    service: last.service,
    platform: last.platform,
    pid: last.pid,
    buildId: last.buildId,
    state: last.state,
    // Each report carries the numbers of the whole session.
    probes: Math.max(...reports.map((report) => report.probes)),
    attachMs: Math.max(...reports.map((report) => report.attachMs)),
    submitted: sum(reports, (report) => report.ringSubmitted),
    lost: sum(reports, (report) => report.ringLost),
    published: sum(reports, (report) => report.publishedRows),
    isFinal,
    isSilent: !isFinal && nowMs - unixMs(last.reportedAt) > SILENT_AFTER_MS,
    reportedAt: last.reportedAt,
  };
}

/** Newest report first, and those that still speak before those that ended. */
export function toAgentViews(reports: readonly AgentReportJson[], nowMs: number): readonly AgentView[] {
  return [...Map.groupBy(reports, (report) => report.agent).values()]
    .flatMap((group) => toAgentView(group, nowMs) ?? [])
    .sort((a, b) => Number(a.isFinal) - Number(b.isFinal) || unixMs(b.reportedAt) - unixMs(a.reportedAt));
}

export type FlowState = 'idle' | 'whole' | 'under-way' | 'lost' | 'odd';

/** Nothing lost and all there; or still on its way; or lost; or more arrived than was ever sent, which must not be. */
export function flowState({ ringSubmitted, ringLost, published, inserted }: PipelineTotals): FlowState {
  if (ringLost > 0) return 'lost';
  if (published > ringSubmitted || inserted > published) return 'odd';
  if (ringSubmitted === 0) return 'idle';
  return ringSubmitted === published && published === inserted ? 'whole' : 'under-way';
}

export const FLOW_WORDS: Readonly<Record<FlowState, string>> = {
  idle: 'No events yet.',
  whole: 'Every event submitted by a probe is in the table. Nothing was lost.',
  'under-way': 'Nothing was lost; some events are still on their way.',
  lost: 'Events were lost because a ring buffer was full: answers rest on a part of what happened, and say so.',
  odd: 'The counts lag behind each other: an agent reports only every few seconds.',
};

/** Of a run that is played back from a recording; absent from a live one. The contract names it when the API sends it. */
export function replayOf(status: StatusAnswer | undefined): object | undefined {
  const replay: unknown = status === undefined ? undefined : Reflect.get(status, 'replay');
  return typeof replay === 'object' && replay !== null ? replay : undefined;
}
