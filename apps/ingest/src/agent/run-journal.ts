/** The journal of a run, and the last words of those before it: journal/ put together with what is real. */
import { join } from 'node:path';
import type { BatchKind, Clock } from '@mapscope/events';
import type { ProbeSession } from '@mapscope/probe';
import { throttledProblems } from '../process/problems.ts';
import type { Reporter } from '../process/reporter.ts';
import { unlessAborted } from '../process/unless-aborted.ts';
import type { AgentIdentity, PreparedBatch, RingCount } from './batcher.ts';
import type { Target } from './find-target.ts';
import type { InTurn } from './in-turn.ts';
import { thisMachine } from './journal/journal-folder.ts';
import { type KeptJournal, keepJournal } from './journal/keep-journal.ts';
import type { ProcessIdentity } from './journal/record.ts';
import { settlePredecessors } from './journal/settle-predecessors.ts';
import type { AgentConfig } from './options.ts';
import { startTicks } from './process-table.ts';
import type { Tally } from './tally.ts';

export interface JournalRun {
  readonly config: Pick<AgentConfig, 'dataDir' | 'kafkaBrokers' | 'topicPrefix'>;
  readonly identity: AgentIdentity;
  readonly target: Target;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly settleInTurn: InTurn;
}

export interface JournalCounts {
  readonly session: ProbeSession;
  readonly ring: () => ReadonlyMap<BatchKind, RingCount>;
  readonly handed: Tally;
  readonly published: Tally;
}

/** /proc says "" of a process that has just ended: it then equals no other. */
const identityOf = (pid: number): ProcessIdentity => ({ pid, startTicks: startTicks(pid) ?? '' });

const folderOf = ({ config }: JournalRun): string => join(config.dataDir, 'journals');

/** Where batches go: brokers and prefix. */
export const destinationOf = (config: JournalRun['config']): string =>
  `${config.kafkaBrokers.toSorted().join(',')} ${config.topicPrefix}`;

export function openJournal(run: JournalRun, { session, ...counts }: JournalCounts): KeptJournal {
  const { identity, target, clock, reporter } = run;
  return keepJournal({
    ...counts,
    clock,
    folder: folderOf(run),
    facts: {
      identity,
      machine: thisMachine(),
      self: identityOf(process.pid),
      target: {
        ...identityOf(target.pid),
        buildId: session.manifest.buildId,
        probes: session.probeCount,
        attachNanos: session.attachNanos,
      },
      destination: destinationOf(run.config),
    },
    onProblem: throttledProblems(reporter, 'journal not written; if this agent is killed nobody counts its losses'),
  });
}

export interface SettleMeans {
  /** undefined: nothing was attached */
  readonly attachedUnixNanos: bigint | undefined;
  readonly publishAs: (identity: AgentIdentity, batch: PreparedBatch) => Promise<void>;
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
}

export interface Settling {
  /** What is not settled by now is left to the next agent. */
  readonly stop: () => Promise<void>;
  readonly within: (millis: number) => Promise<void>;
}

/** Runs beside the work: Kafka may be away for long. */
export function settleBefore(run: JournalRun, { attachedUnixNanos, publishAs, pause }: SettleMeans): Settling {
  const { identity, target, clock, reporter } = run;
  const ending = new AbortController();
  const watched = attachedUnixNanos === undefined ? undefined : identityOf(target.pid);
  const settle = (): Promise<void> =>
    settlePredecessors({
      folder: folderOf(run),
      present: {
        agent: identity.agent,
        machine: thisMachine(),
        target: watched,
        destination: destinationOf(run.config),
      },
      attachedUnixNanos,
      publish: (record, batch) => publishAs(record.identity, batch),
      pause,
      onProblem: throttledProblems(reporter, 'last word of an agent that died'),
      reporter,
      clock,
      stop: ending.signal,
    });
  const settled = run.settleInTurn(settle, ending.signal);
  const stop = async (): Promise<void> => {
    ending.abort();
    await settled;
  };
  const within = async (millis: number): Promise<void> => {
    await unlessAborted(settled, AbortSignal.timeout(millis));
    await stop();
  };
  return { stop, within };
}
