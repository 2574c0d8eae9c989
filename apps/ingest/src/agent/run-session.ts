/**
 * From attached to the last status row. Order matters, so that at the end submitted = published can be seen:
 *
 *   attached ── status every 2 s ──► a reason to stop
 *     signal, target ended      → gate shut ─► detach (ring read to its last record) ─► queue drained ─► final status
 *     kill switch, TTL          → gate shut at once ─► status says so ─► the same
 */
import type { SessionPort } from './session-port.ts';
import type { AgentState } from './status-columns.ts';
import type { StatusSender } from './status-sender.ts';
import type { PublishQueue } from './publish-queue.ts';

export type StopReason = 'signal' | 'target-exited' | 'target-replaced' | 'killed' | 'ttl-expired';

export interface RunNeeds {
  readonly session: SessionPort;
  readonly queue: Pick<PublishQueue, 'drain'>;
  readonly status: StatusSender;
  readonly stop: Promise<StopReason>;
  readonly onStopping: (reason: StopReason) => void;
  readonly statusMillis: number;
  readonly drainMillis: number;
}

export interface RunOutcome {
  readonly reason: StopReason;
  /** everything that was read from the ring is acknowledged, and so is the final status */
  readonly complete: boolean;
}

const STATE_OF: Readonly<Record<StopReason, AgentState>> = {
  signal: 'detached',
  'target-exited': 'detached',
  'target-replaced': 'detached',
  killed: 'killed',
  'ttl-expired': 'ttl-expired',
};

export async function runSession(needs: RunNeeds): Promise<RunOutcome> {
  const { session, queue, status } = needs;
  void status.tick('attached');
  const ticking = setInterval(() => void status.tick('attached'), needs.statusMillis);
  const reason = await needs.stop;
  clearInterval(ticking);
  session.setGate(false);
  needs.onStopping(reason);
  const state = STATE_OF[reason];
  void status.tick(state);
  // What was read is worth keeping even when detaching failed, so that is told last.
  const failure = await session.detach().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const deadline = AbortSignal.timeout(needs.drainMillis);
  const drained = await queue.drain(deadline);
  const told = await status.final(state, deadline);
  if (failure !== undefined) throw failure.error;
  return { reason, complete: drained && told };
}
