/**
 * One listener: asks the ledger twice a second, sends at most 200 events a second, says what it passed over. Nothing is
 * asked while the socket is full: the stream that this text goes into pulls it.
 */
import { MapscopeError } from '@mapscope/events';
import type { TailBatch, TailRange, TailRow, TailSelection, TailSource } from '@mapscope/store';
import { eventFrame, idFrame, problemFrame, skippedFrame } from './frames.ts';
import { countOf, mergeLanes, planTail, waitingRanges, type Limits } from './plan.ts';
import { advance, formatCursor, pointsOf, settle, startProgress, type Progress } from './progress.ts';

const POLL_MILLIS = 500;
const HEARTBEAT_MILLIS = 15_000;
/** 200 a second */
const BUDGET = 100;
/** Live: two seconds' worth may wait, then the newest count. After a resume a longer time away is told in full. */
const LIVE: Limits = { budget: BUDGET, maxWaiting: 400, keep: 200 };
const RESUMED: Limits = { budget: BUDGET, maxWaiting: 10_000, keep: 200 };

export interface TailNeeds {
  readonly source: TailSource;
  readonly selection: Omit<TailSelection, 'sinceUnixMillis'>;
  readonly signal: AbortSignal;
  readonly nowMillis: () => number;
  /** resolves at once when the signal aborts */
  readonly pause: (millis: number) => Promise<void>;
}

/** Where a tail without a cursor begins: now. */
export async function beginNow({ source, selection }: Pick<TailNeeds, 'source' | 'selection'>): Promise<Progress> {
  const now = await source.nowUnixMillis();
  const started = startProgress(now, []);
  return settle(startProgress(now, await source.latest({ ...selection, ...started })), []);
}

interface Step {
  readonly text: string;
  readonly progress: Progress;
  readonly isAll: boolean;
}

export async function* tailStream(needs: TailNeeds, begin: Progress, isResumed: boolean): AsyncGenerator<string> {
  let progress = begin;
  let limits = isResumed ? RESUMED : LIVE;
  let wasAway = false;
  let heardAt = needs.nowMillis();
  yield `retry: 1000\n${idFrame(formatCursor(progress), 'mapscope live tail')}`;
  while (!needs.signal.aborted) {
    const step = await takeStep(needs, progress, limits).catch(toFailure);
    if (needs.signal.aborted) return;
    if (step instanceof MapscopeError) {
      if (!wasAway || !step.canRetry)
        yield problemFrame(formatCursor(progress), { code: step.code, detail: step.message });
      if (!step.canRetry) return;
      wasAway = true;
    } else {
      wasAway = false;
      progress = step.progress;
      if (step.isAll) limits = LIVE;
      const isQuiet = step.text === '' && needs.nowMillis() - heardAt >= HEARTBEAT_MILLIS;
      const text = isQuiet ? idFrame(formatCursor(progress), 'heartbeat') : step.text;
      if (text !== '') heardAt = needs.nowMillis();
      if (text !== '') yield text;
    }
    await needs.pause(POLL_MILLIS);
  }
}

/** What is not ours has no code that says whether it passes, and its words may name hosts. */
const toFailure = (error: unknown): MapscopeError =>
  error instanceof MapscopeError && error.code !== 'CLICKHOUSE_REFUSED'
    ? error
    : new MapscopeError('INTERNAL', 'the tail cannot be read; connect again, or ask /readyz', { cause: error });

async function takeStep({ source, selection }: TailNeeds, begin: Progress, limits: Limits): Promise<Step> {
  const asked = { ...selection, sinceUnixMillis: begin.sinceUnixMillis };
  const waiting = waitingRanges(begin, await source.batches(asked, pointsOf(begin)));
  const { skip, send, isAll } = planTail(waiting, limits);
  let progress = skip.reduce((before, { batch, to }) => advance(before, batch, to), begin);
  const frames: string[] = [];
  if (skip.length > 0) frames.push(skippedFrame(formatCursor(progress), { count: countOf(skip), reason: 'rate' }));
  const rows = send.length === 0 ? [] : mergeLanes(await source.rows(send));
  const batches = batchByRow(send);
  for (const row of rows) {
    const batch = batches.get(keyOf(row));
    if (batch === undefined) continue;
    progress = advance(progress, batch, row.position);
    frames.push(eventFrame(formatCursor(progress), row));
  }
  progress = send.reduce((before, { batch, to }) => advance(before, batch, to), progress);
  const expired = countOf(send) - rows.length;
  if (expired > 0) frames.push(skippedFrame(formatCursor(progress), { count: expired, reason: 'expired' }));
  const left = waiting.filter(({ batch }) => !send.some((range) => range.batch === batch && range.to === batch.rows));
  const unsent = left.filter(({ batch }) => !skip.some((range) => range.batch === batch && range.to === batch.rows));
  return {
    text: frames.join(''),
    progress: settle(
      progress,
      unsent.map(({ batch }) => batch),
    ),
    isAll,
  };
}

const keyOf = ({ lane, sequence }: Pick<TailRow, 'lane' | 'sequence'>): string => `${lane} ${sequence}`;

function batchByRow(ranges: readonly TailRange[]): ReadonlyMap<string, TailBatch> {
  return new Map(ranges.map(({ batch }) => [`${batch.agent.slice(0, 16)} ${batch.kind} ${batch.sequence}`, batch]));
}
