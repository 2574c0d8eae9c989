/** The result of one run as one JSON line, and as a few lines for people. Pure. */
import type { RootCauseAnswer, StatusAnswer } from '@mapscope/contract';

export interface PipelineReport {
  readonly ringSubmitted: number;
  readonly ringLost: number;
  readonly published: number;
  readonly inserted: number;
  readonly publishedBatches: number;
  readonly insertedBatches: number;
  /** with agents that were killed: submitted, and neither acknowledged nor stored */
  readonly lostWithAgent: number;
}

/** Of which run a replay is. Everything that is said of it carries this. */
export interface ReplayFacts {
  /** RFC 3339 */
  readonly recordedAt: string;
  readonly kernel: string;
  readonly buildId: string;
  readonly goVersion: string;
}

export const replayLabel = ({ recordedAt, kernel }: ReplayFacts): string =>
  `replay of a run recorded ${recordedAt} on Linux ${kernel}`;

/** A sentence is quoted without what stood around it: so its label goes with it. */
export const labelled = (sentence: string, replay: ReplayFacts | undefined): string =>
  replay === undefined ? sentence : `[${replayLabel(replay)}] ${sentence}`;

export interface RunFacts {
  readonly service: string;
  readonly pid: number;
  readonly goVersion: string;
  readonly platform: string;
  readonly attachMs: number;
  readonly probes: number;
  readonly secondsToVerdict: number;
  readonly residentMiB: number;
}

/** Counted in events, of this run's agents alone; batches are counted apart. */
export function pipelineOf(status: StatusAnswer, agents: readonly string[]): PipelineReport {
  const total: Record<keyof PipelineReport, number> = {
    ringSubmitted: 0,
    ringLost: 0,
    published: 0,
    inserted: 0,
    publishedBatches: 0,
    insertedBatches: 0,
    lostWithAgent: 0,
  };
  for (const item of status.pipeline.items) {
    if (!agents.includes(item.agent)) continue;
    // The keys are those of PipelineReport, written out above.
    for (const key of Object.keys(total) as (keyof PipelineReport)[]) total[key] += item[key];
  }
  return total;
}

/** Before its last word an agent's counts may agree with the tables by chance, in a quiet moment of the way there. */
export const saidLast = (status: StatusAnswer, agent: string): boolean =>
  status.agents.some((report) => report.agent === agent && report.final);

/** Nothing is on its way any more: what the ring took is in the tables, or known to be lost. */
export const isSettled = (p: PipelineReport): boolean =>
  p.ringSubmitted > 0 && p.ringSubmitted === p.published + p.lostWithAgent && p.published === p.inserted;

export function runReport(answer: RootCauseAnswer, pipeline: PipelineReport, facts: RunFacts): Record<string, unknown> {
  return {
    verdict: answer.verdict,
    sentence: answer.sentence,
    service: answer.service,
    waiter: answer.waiter,
    releasedAt: answer.releasedAt,
    explained: answer.explained,
    p99: answer.p99,
    contentionRatio: {
      value: answer.contentionRatio,
      baseline: answer.contentionRatioBaseline,
      threshold: answer.contentionThreshold,
    },
    exemplarTraceIds: answer.exemplarTraceIds,
    requests: { slow: answer.slowRequests, during: answer.requests, before: answer.baselineRequests },
    confidence: answer.confidence,
    reasons: answer.reasons,
    pipeline,
    run: facts,
  };
}

interface BannerFacts {
  readonly describe: string;
  readonly attachMs: number;
  readonly probes: number;
  readonly replay: ReplayFacts | undefined;
}

export function banner(apiUrl: string, facts: BannerFacts): string {
  const attached = `${facts.probes} probes in ${facts.attachMs.toFixed(1)} ms`;
  const { replay } = facts;
  const lines = [
    `Mapscope   ${apiUrl}   (API reference: ${apiUrl}/docs)`,
    ...(replay === undefined
      ? [`watching   ${facts.describe}`, `attached   ${attached}, with no change to the service`]
      : [`REPLAY     ${replayLabel(replay)}`, `of         ${facts.describe}`, `then       attached ${attached}`]),
  ];
  return `\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}

/** A sentence is long: broken at words, indented, so that it can be read in a terminal. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `  ${each}`).join('\n');
}
