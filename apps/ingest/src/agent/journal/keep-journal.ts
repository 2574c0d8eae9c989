/**
 * Keeps an agent's journal while it runs. Counts are read and written down before rows go out, so that whatever arrived
 * is among what was counted; and ten times a second, so that the time nobody can account for stays short.
 * An agent whose journal cannot be written goes on: only what it loses by a kill -9 is then counted by nobody.
 */
import type { BatchKind, Clock } from '@mapscope/events';
import type { RingCount } from '../batcher.ts';
import type { Tally } from '../tally.ts';
import { createJournal } from './journal-folder.ts';
import type { JournalRecord } from './record.ts';

/** A reading costs some ten microseconds: a system call for the counters, one for the file. */
const EVERY_MILLIS = 100;

export interface JournalNeeds {
  readonly folder: string;
  readonly facts: Omit<JournalRecord, 'readUnixNanos' | 'counts'>;
  readonly clock: Clock;
  readonly ring: () => ReadonlyMap<BatchKind, RingCount>;
  readonly handed: Tally;
  readonly published: Tally;
  readonly onProblem: (error: Error) => void;
}

export interface KeptJournal extends Disposable {
  /** To be called before rows just handed over are sent. */
  readonly note: () => void;
  readonly remove: () => void;
}

export function keepJournal(needs: JournalNeeds): KeptJournal {
  let file = attempt(needs, () => createJournal(needs.folder, needs.facts.identity.agent));
  const note = (): void => {
    attempt(needs, () => file?.write(recordNow(needs)));
  };
  const timer = setInterval(note, EVERY_MILLIS);
  note();
  const close = (): void => {
    clearInterval(timer);
    file?.[Symbol.dispose]();
    file = undefined;
  };
  return {
    note,
    remove: () => {
      const kept = file;
      close();
      attempt(needs, () => kept?.remove());
    },
    [Symbol.dispose]: close,
  };
}

function attempt<T>({ onProblem }: JournalNeeds, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    onProblem(error instanceof Error ? error : new Error(String(error)));
    return undefined;
  }
}

/** The time is taken first: an event between it and the counters is counted and in the gap, never in neither. */
export function recordNow({ facts, clock, ring, handed, published }: JournalNeeds): JournalRecord {
  const readUnixNanos = clock.unixNanos();
  const counts = [...ring()].map(([kind, { submitted, lost }]) => ({
    kind,
    submitted: submitted > BigInt(handed[kind].rows) ? submitted : BigInt(handed[kind].rows),
    lost,
    handed: handed[kind].rows,
    published: published[kind].rows,
    publishedBatches: published[kind].batches,
  }));
  return { ...facts, readUnixNanos, counts };
}
