/** What agents say of themselves, from the store's rows to the words of libs/contract. Pure. */
import {
  formatUnixNanos,
  toMs,
  type AgentReportJson,
  type PipelineTotals,
  type RecordedRunJson,
  type StatusAnswer,
} from '@mapscope/contract';
import type { AgentStatus, PipelineCount } from '@mapscope/store';

/** The state that a replay writes into every status row of its own (apps/ingest/src/replay/rewrite.ts). */
const REPLAY_STATE = 'replay';

/** A field of the platform tag, `arch=…;go=…;kernel=…` (libs/events/src/platform.ts); null where it is not in it. */
function fieldOf(platform: string, name: string): string | null {
  const found = platform.split(';').find((part) => part.startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? null;
}

/** Platform and build id are those of the recording: a replay changes times, identity and counts only. */
const toRecordedRun = ({ service, platform, buildId }: AgentStatus): RecordedRunJson => ({
  service,
  kernel: fieldOf(platform, 'kernel'),
  goVersion: fieldOf(platform, 'go'),
  buildId,
});

const toGap = ({ fromUnixNanos: from, toUnixNanos: to }: NonNullable<AgentStatus['gap']>): AgentReportJson['gap'] => ({
  from: formatUnixNanos(from),
  to: to === null ? null : formatUnixNanos(to),
});

const toAgentReport = (row: AgentStatus, lostWithAgent: number): AgentReportJson => ({
  agent: row.agent,
  service: row.service,
  platform: row.platform,
  kind: row.family,
  state: row.state,
  pid: row.pid,
  buildId: row.buildId,
  probes: row.probes,
  attachMs: toMs(row.attachNanos),
  ringSubmitted: row.ringSubmitted,
  ringLost: row.ringLost,
  publishedRows: row.publishedRows,
  publishedBatches: row.publishedBatches,
  final: row.final,
  lostWithAgent,
  gap: row.gap === null ? null : toGap(row.gap),
  shed: row.shed === null ? null : { offMs: toMs(row.shed.offNanos), state: row.shed.state },
  reportedAt: formatUnixNanos(row.ts),
  replay: row.state === REPLAY_STATE ? toRecordedRun(row) : null,
});

/** What an agent said, beside what became of it. */
export function toAgentReports(
  rows: readonly AgentStatus[],
  counts: readonly PipelineCount[],
): readonly AgentReportJson[] {
  const lost = new Map(counts.map(({ agent, kind, lostWithAgent }) => [`${agent} ${kind}`, lostWithAgent]));
  return rows.map((row) => toAgentReport(row, lost.get(`${row.agent} ${row.family}`) ?? 0));
}

/** What stands behind one report: the agents are few, but each reports once per kind. */
const keyOf = ({ service, kernel, goVersion, buildId }: RecordedRunJson): string =>
  [service, kernel, goVersion, buildId].join(' ');

export function replayOf(reports: readonly AgentReportJson[]): StatusAnswer['replay'] {
  const runs = new Map(reports.flatMap(({ replay }) => (replay === null ? [] : [[keyOf(replay), replay]])));
  if (runs.size === 0) return null;
  return { agents: reports.every(({ replay }) => replay !== null) ? 'all' : 'some', runs: [...runs.values()] };
}

const NOTHING: PipelineTotals = {
  ringSubmitted: 0,
  ringLost: 0,
  published: 0,
  publishedBatches: 0,
  inserted: 0,
  insertedBatches: 0,
  lostWithAgent: 0,
};

export const totalsOf = (rows: readonly PipelineCount[]): PipelineTotals =>
  rows.reduce<PipelineTotals>(
    (sum, row) => ({
      ringSubmitted: sum.ringSubmitted + row.ringSubmitted,
      ringLost: sum.ringLost + row.ringLost,
      published: sum.published + row.published,
      publishedBatches: sum.publishedBatches + row.publishedBatches,
      inserted: sum.inserted + row.inserted,
      insertedBatches: sum.insertedBatches + row.insertedBatches,
      lostWithAgent: sum.lostWithAgent + row.lostWithAgent,
    }),
    NOTHING,
  );
