/**
 * Whose last word is to be said? Decided from journals found and from what runs. Pure; journal-folder.ts looks.
 *
 *   runs, or cannot be told (another PID namespace) ──► leave
 *   older than what the tables keep ──────────────────► delete
 *   publishes elsewhere ──────────────────────────────► leave
 *   dead ─┬ watched what we watch ────────────────────► speak for it; we close the gap
 *         ├ what it watched has ended ────────────────► speak for it
 *         └ what it watched still runs ───────────────► leave it to that one's next agent for ten minutes, then speak
 */
import type { AgentId } from '@mapscope/events';
import type { JournalRecord, Machine, ProcessIdentity } from './record.ts';

export interface FoundJournal {
  readonly path: string;
  /** undefined: no slot is whole */
  readonly record: JournalRecord | undefined;
  readonly modifiedUnixMillis: number;
}

export interface Present {
  readonly agent: AgentId;
  readonly machine: Machine;
  /** undefined: we attached to nothing */
  readonly target: ProcessIdentity | undefined;
  readonly destination: string;
  readonly nowUnixMillis: number;
  /** of the process that has this pid now; undefined: none */
  readonly startTicks: (pid: number) => string | undefined;
}

export type Decision =
  | { readonly action: 'speak'; readonly record: JournalRecord; readonly watchedAgain: boolean }
  | { readonly action: 'leave' }
  | { readonly action: 'delete'; readonly reason: string };

const MINUTE_MILLIS = 60_000;
/** Restarts take seconds; whoever has none after this has nobody who restarts it. */
const OWN_SUCCESSOR_MILLIS = 10 * MINUTE_MILLIS;
/** An agent that starts has not written its first record yet. */
const UNREADABLE_MILLIS = MINUTE_MILLIS;
/** As long as agent_status keeps rows (libs/store, RAW_DAYS). */
const EXPIRED_MILLIS = 7 * 24 * 60 * MINUTE_MILLIS;

const LEAVE: Decision = { action: 'leave' };

export function decide({ record, modifiedUnixMillis }: FoundJournal, present: Present): Decision {
  const ageMillis = present.nowUnixMillis - modifiedUnixMillis;
  if (record === undefined) {
    return ageMillis < UNREADABLE_MILLIS ? LEAVE : { action: 'delete', reason: 'it cannot be read' };
  }
  if (record.identity.agent === present.agent) return LEAVE;
  if (!isKnownDead(record, present)) {
    return ageMillis < EXPIRED_MILLIS || sameNamespace(record, present) ? LEAVE : expired;
  }
  if (ageMillis >= EXPIRED_MILLIS) return expired;
  if (record.destination !== present.destination) return LEAVE;
  const watchedAgain = present.target !== undefined && isSame(record.target, present.target);
  if (watchedAgain && record.machine.bootId === present.machine.bootId) {
    return { action: 'speak', record, watchedAgain: true };
  }
  if (ageMillis < OWN_SUCCESSOR_MILLIS && runs(record.target, record, present)) return LEAVE;
  return { action: 'speak', record, watchedAgain: false };
}

const expired: Decision = { action: 'delete', reason: 'the tables no longer have what it counted' };

const isSame = (a: ProcessIdentity, b: ProcessIdentity): boolean => a.pid === b.pid && a.startTicks === b.startTicks;

const sameNamespace = ({ machine }: JournalRecord, present: Present): boolean =>
  machine.pidNamespace === present.machine.pidNamespace;

/** Nothing outlives its kernel; pids of another namespace say nothing here. */
function isKnownDead(record: JournalRecord, present: Present): boolean {
  if (record.machine.bootId !== present.machine.bootId) return true;
  return sameNamespace(record, present) && !runs(record.self, record, present);
}

function runs({ pid, startTicks }: ProcessIdentity, { machine }: JournalRecord, present: Present): boolean {
  return machine.bootId === present.machine.bootId && present.startTicks(pid) === startTicks;
}
