/** Says the last word of agents that died, and forgets their journals once Kafka has it. */
import { type Clock, NANOS_PER_MILLI } from '@mapscope/events';
import type { Reporter } from '../../process/reporter.ts';
import { unlessAborted } from '../../process/unless-aborted.ts';
import type { PreparedBatch } from '../batcher.ts';
import { startTicks } from '../process-table.ts';
import { findJournals, removeJournal } from './journal-folder.ts';
import { lastWord } from './last-word.ts';
import { type Present, decide } from './predecessors.ts';
import type { JournalRecord } from './record.ts';

export interface SettleNeeds {
  readonly folder: string;
  readonly present: Omit<Present, 'nowUnixMillis' | 'startTicks'>;
  /** when the target was watched again; undefined: it is not */
  readonly attachedUnixNanos: bigint | undefined;
  /** on the identity of the one who died */
  readonly publish: (record: JournalRecord, batch: PreparedBatch) => Promise<void>;
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
  readonly onProblem: (error: Error) => void;
  readonly reporter: Reporter;
  readonly clock: Clock;
  /** The journals that are left then are the next agent's to settle. */
  readonly stop: AbortSignal;
}

/** Never rejects. */
export async function settlePredecessors(needs: SettleNeeds): Promise<void> {
  const nowUnixMillis = Number(needs.clock.unixNanos() / NANOS_PER_MILLI);
  const present: Present = { ...needs.present, nowUnixMillis, startTicks };
  for (const found of findJournals(needs.folder)) {
    const decision = decide(found, present);
    switch (decision.action) {
      case 'leave':
        break;
      case 'delete':
        needs.reporter.log('warn', `a journal is deleted: ${decision.reason}`, { path: found.path });
        forget(needs, found.path);
        break;
      case 'speak':
        if (await speak(needs, decision)) forget(needs, found.path);
        break;
    }
  }
}

interface Speech {
  readonly record: JournalRecord;
  readonly watchedAgain: boolean;
}

/** True: Kafka has it. */
async function speak(needs: SettleNeeds, { record, watchedAgain }: Speech): Promise<boolean> {
  const gapEnd = watchedAgain ? (needs.attachedUnixNanos ?? 0n) : 0n;
  const batches = lastWord(record, gapEnd);
  for (let attempt = 1; !needs.stop.aborted; attempt++) {
    try {
      const sent = Promise.all(batches.map((batch) => needs.publish(record, batch))).then(() => true);
      if ((await unlessAborted(sent, needs.stop)) !== true) return false;
      tell(needs, record, gapEnd);
      return true;
    } catch (error) {
      needs.onProblem(error instanceof Error ? error : new Error(String(error)));
      await needs.pause(attempt, needs.stop);
    }
  }
  return false;
}

function tell({ reporter }: SettleNeeds, { identity, counts, readUnixNanos }: JournalRecord, gapEnd: bigint): void {
  const rows = counts.reduce((sum, { submitted, published }) => sum + Number(submitted) - published, 0);
  const unwatched =
    gapEnd === 0n ? 'not watched again yet' : `not watched for ${(gapEnd - readUnixNanos) / NANOS_PER_MILLI} ms`;
  reporter.event('predecessor-died', {
    agent: identity.agent,
    service: identity.service,
    unacknowledgedRows: rows,
    gapMs: gapEnd === 0n ? null : Number((gapEnd - readUnixNanos) / NANOS_PER_MILLI),
  });
  const text = `an agent of ${identity.service} died without a last word; ${rows} rows of it were not acknowledged, ${unwatched}`;
  reporter.log('warn', text, { agent: identity.agent });
}

function forget({ onProblem }: SettleNeeds, path: string): void {
  try {
    removeJournal(path);
  } catch (error) {
    onProblem(error instanceof Error ? error : new Error(String(error)));
  }
}
