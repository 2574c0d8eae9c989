/** What the status page shows of agents and the pipeline. Pure. */
import type { AgentReportJson, PipelineTotals, RecordedRunJson, StatusAnswer } from '@mapscope/contract';
import { duration } from '../format/duration.ts';
import { clockTimeMs, msBetween, unixMs } from '../format/instant.ts';
import { count, plural } from '../format/number.ts';

export type ShedKind = NonNullable<AgentReportJson['shed']> & Pick<AgentReportJson, 'kind'>;

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
  /** refused by a full ring, or gone with the agent */
  readonly lost: number;
  readonly published: number;
  /** of one that died: when nobody watched, so that what happened is in no count */
  readonly gap: AgentReportJson['gap'];
  /** kinds whose probes were detached for a time because of what they cost */
  readonly shed: readonly ShedKind[];
  readonly isFinal: boolean;
  /** later than three reports: it no longer speaks, and did not say goodbye */
  readonly isSilent: boolean;
  readonly reportedAt: string;
  /** null: it measures what happens now */
  readonly replay: RecordedRunJson | null;
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
    lost: sum(reports, (report) => report.ringLost + report.lostWithAgent),
    published: sum(reports, (report) => report.publishedRows),
    gap: last.gap,
    shed: reports.flatMap(({ kind, shed }) => (shed !== null && shed.offMs > 0 ? [{ kind, ...shed }] : [])),
    isFinal,
    isSilent: !isFinal && nowMs - unixMs(last.reportedAt) > SILENT_AFTER_MS,
    reportedAt: last.reportedAt,
    replay: last.replay,
  };
}

/** What happened in between was seen by nobody: it is in no count, so it is told in time. */
export function gapWords({ from, to }: NonNullable<AgentView['gap']>, timeZone?: string): string {
  const since = clockTimeMs(from, timeZone);
  if (to === null) return `Nobody has watched this process since ${since}.`;
  return `Nobody watched from ${since} to ${clockTimeMs(to, timeZone)} (${duration(msBetween(from, to))}).`;
}

/** So far, and whether it goes on. */
export function shedWords({ kind, offMs, state }: ShedKind): string {
  const words = {
    never: 'they are attached all the time again',
    cycled: 'they are attached for windows of time',
    refused: 'they stay detached',
  };
  return `Probes of ${kind} cost more than the overhead budget: nobody watched for ${duration(offMs)} so far; ${words[state]}.`;
}

/** Newest report first, and those that still speak before those that ended. */
export function toAgentViews(reports: readonly AgentReportJson[], nowMs: number): readonly AgentView[] {
  return [...Map.groupBy(reports, (report) => report.agent).values()]
    .flatMap((group) => toAgentView(group, nowMs) ?? [])
    .sort((a, b) => Number(a.isFinal) - Number(b.isFinal) || unixMs(b.reportedAt) - unixMs(a.reportedAt));
}

/** Refused by a full ring, or gone with an agent that was killed. */
export const lostOf = ({ ringLost, lostWithAgent }: Pick<PipelineTotals, 'ringLost' | 'lostWithAgent'>): number =>
  ringLost + lostWithAgent;

export type FlowState = 'idle' | 'whole' | 'under-way' | 'lost' | 'odd';

/** Nothing lost and all there; or still on its way; or lost; or more arrived than was ever sent, which must not be. */
export function flowState(totals: PipelineTotals): FlowState {
  const { ringSubmitted, published, inserted } = totals;
  if (lostOf(totals) > 0) return 'lost';
  if (published > ringSubmitted || inserted > published) return 'odd';
  if (ringSubmitted === 0) return 'idle';
  return ringSubmitted === published && published === inserted ? 'whole' : 'under-way';
}

export const FLOW_WORDS: Readonly<Record<FlowState, string>> = {
  idle: 'No events yet.',
  whole: 'Every event submitted by a probe is in the table. Nothing was lost.',
  'under-way': 'Nothing was lost; some events are still on their way.',
  lost: 'Events were lost, in a ring buffer that was full or with an agent that died: answers rest on a part of what happened, and say so.',
  odd: 'The counts lag behind each other: an agent reports only every few seconds.',
};

/** order, built by Go 1.24.4, on Linux 6.18, build 7c1f09aa52be: as much as is known of the run that is played back. */
export function recordedText({ service, goVersion, kernel, buildId }: RecordedRunJson): string {
  const parts = [
    service,
    goVersion === null ? '' : `built by Go ${goVersion}`,
    kernel === null ? '' : `on Linux ${kernel}`,
    buildId === '' ? '' : `build ${buildId.slice(0, 12)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** What stands above every page while recorded data is on it; undefined: all of it happens now. */
export function replayWords(replay: StatusAnswer['replay'] | undefined): string | undefined {
  if (replay === undefined || replay === null) return undefined;
  const runs = replay.runs.map(recordedText).join('; ');
  return replay.agents === 'all'
    ? `Replay of a recorded run: nothing here happens now. Recorded: ${runs}.`
    : `Live and recorded data are mixed here. Recorded: ${runs}. The status page says which agents are replays.`;
}

export interface StoredView {
  readonly isSound: boolean;
  readonly text: string;
}

/** Whether the tables hold what was written down as inserted; null: nobody has looked yet. */
export function storedView(stored: StatusAnswer['stored']): StoredView {
  if (stored === null)
    return { isSound: true, text: 'Whether the tables hold what was inserted was not looked at yet.' };
  const { batches, expectedRows, missingRows, doubledRows, rollups } = stored;
  const apart = rollups.filter(({ rawRows, rolledRows }) => rawRows !== rolledRows).map(({ table }) => table);
  const faults = [
    ...(missingRows > 0 ? [`${plural(missingRows, 'row')} missing`] : []),
    ...(doubledRows > 0 ? [`${plural(doubledRows, 'row')} too many`] : []),
    ...(apart.length > 0 ? [`${apart.join(', ')} not of the same rows as the tables`] : []),
  ];
  const looked = `${plural(expectedRows, 'row')} of ${count(batches)} batches of the last hour`;
  return faults.length === 0
    ? { isSound: true, text: `${looked} are in the tables, each once.` }
    : { isSound: false, text: `Of ${looked}: ${faults.join('; ')}.` };
}
