/** Publishes status rows: every few seconds, at once when the state changes, and a last time at the end. */
import type { BatchKind, Clock } from '@mapscope/events';
import { unlessAborted } from '../process/unless-aborted.ts';
import type { Batcher, PreparedBatch, RingCount } from './batcher.ts';
import { type AgentState, type Shed, statusColumns } from './status-columns.ts';
import type { Tally } from './tally.ts';

export interface StatusNeeds {
  readonly batcher: Batcher;
  readonly publish: (batch: PreparedBatch) => Promise<void>;
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
  readonly onProblem: (error: Error) => void;
  readonly clock: Clock;
  readonly facts: {
    readonly service: string;
    readonly platform: string;
    readonly pid: number;
    readonly buildId: string;
    readonly build: string;
    readonly probes: number;
    readonly attachNanos: bigint;
  };
  /** CPU time of the target; undefined once it is gone */
  readonly cpuNanos: () => number | undefined;
  readonly ring: () => ReadonlyMap<BatchKind, RingCount>;
  readonly published: Tally;
  readonly shed: () => ReadonlyMap<BatchKind, Shed>;
}

export interface StatusSender {
  /** Sends a report unless one is still on its way: a late report is worth less than the next one. */
  readonly tick: (state: AgentState) => Promise<void>;
  /** The last report, tried again until it is acknowledged (true) or the deadline has passed (false). */
  readonly final: (state: AgentState, deadline: AbortSignal) => Promise<boolean>;
}

export function makeStatusSender(needs: StatusNeeds): StatusSender {
  let onItsWay: Promise<void> | undefined;

  const prepare = (state: AgentState, final: boolean): readonly PreparedBatch[] => {
    const { facts, published } = needs;
    const now = {
      unixNanos: needs.clock.unixNanos(),
      ring: needs.ring(),
      shed: needs.shed(),
      cpuNanos: needs.cpuNanos(),
    };
    const report = { ...facts, ...now, state, published, final };
    return needs.batcher.prepare(statusColumns(report), { submitted: 0n, lost: 0n });
  };
  const send = async (batches: readonly PreparedBatch[]): Promise<void> => {
    for (const batch of batches) await needs.publish(batch);
  };
  const tick = (state: AgentState): Promise<void> =>
    (onItsWay ??= send(prepare(state, false))
      .catch((error: unknown) => needs.onProblem(asError(error)))
      .finally(() => {
        onItsWay = undefined;
      }));

  const final = async (state: AgentState, deadline: AbortSignal): Promise<boolean> => {
    if (onItsWay !== undefined) await unlessAborted(onItsWay, deadline);
    const batches = prepare(state, true);
    for (let attempt = 1; !deadline.aborted; attempt++) {
      try {
        const acknowledged = send(batches).then(() => true);
        return (await unlessAborted(acknowledged, deadline)) ?? false;
      } catch (error) {
        needs.onProblem(asError(error));
        await needs.pause(attempt, deadline);
      }
    }
    return false;
  };
  return { tick, final };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
