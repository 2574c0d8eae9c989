/** The spool of a run, and what earlier agents left: spool/ put together with what is real. */
import { join } from 'node:path';
import { pause, backoffMillis } from '@mapscope/stream';
import { throttledProblems } from '../process/problems.ts';
import type { Reporter } from '../process/reporter.ts';
import type { AgentIdentity } from './batcher.ts';
import type { Hub } from './hub.ts';
import { thisMachine } from './journal/journal-folder.ts';
import type { AgentConfig } from './options.ts';
import { startTicks } from './process-table.ts';
import { destinationOf } from './run-journal.ts';
import { type Owner, sendLeftovers } from './spool/leftover.ts';
import { NO_SPOOL } from './spool/no-spool.ts';
import { type Kept, type Spool, type SpoolRoom, openSpool } from './spool/spool.ts';

const spoolsOf = (config: Pick<AgentConfig, 'dataDir'>): string => join(config.dataDir, 'spools');

export interface SpoolRun {
  readonly config: AgentConfig;
  readonly identity: AgentIdentity;
  readonly reporter: Reporter;
  readonly spoolRoom: SpoolRoom;
}

export function spoolOfRun({ config, identity, reporter, spoolRoom }: SpoolRun) {
  return (onShed: (batch: Kept) => void): Spool => {
    if (spoolRoom.maxBytes === 0) return NO_SPOOL;
    const self = { pid: process.pid, startTicks: startTicks(process.pid) ?? '' };
    const owner: Owner = { self, machine: thisMachine(), destination: destinationOf(config) };
    return openSpool({
      folder: join(spoolsOf(config), identity.agent),
      owner: JSON.stringify(owner),
      room: spoolRoom,
      onShed,
      onProblem: throttledProblems(reporter, 'batch not kept on disk'),
    });
  };
}

const RETRY = { firstMillis: 500, maxMillis: 30_000 };

/** Beside the work, until all is sent or the agent ends: Kafka may be away for long. */
export async function sendWhatWasLeft({ config, publisher, reporter }: Hub, stop: AbortSignal): Promise<void> {
  const onProblem = throttledProblems(reporter, 'what earlier agents left on disk is not sent yet');
  for (let attempt = 1; !stop.aborted; attempt++) {
    try {
      const sent = await sendLeftovers({
        folder: spoolsOf(config),
        machine: thisMachine(),
        destination: destinationOf(config),
        startTicks,
        publish: async ({ header: { agent, kind } }, value) =>
          void (await publisher.publish({ topic: 'probe', orderKey: `${agent}/${kind}`, value })),
        stop,
      });
      if (sent.agents > 0) reporter.event('leftovers-sent', { ...sent });
      return;
    } catch (error) {
      onProblem(error instanceof Error ? error : new Error(String(error)));
      await pause(backoffMillis(RETRY, attempt, Math.random()), stop);
    }
  }
}
