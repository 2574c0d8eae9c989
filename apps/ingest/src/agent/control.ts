/**
 * Who may be probed, and until when: what mapscope.wanted.v1 says about our service and our own TTL, put to
 * libs/rollout's plan on every change and every second (wishes expire by the clock). The plan decides; this watches.
 */
import { type Wanted, parseWanted, plan } from '@mapscope/rollout';

export interface WantedChange {
  readonly service: string;
  /** null: the wish was withdrawn */
  readonly json: string | null;
}

export interface ControlNeeds {
  readonly service: string;
  readonly ttlMillis: number;
  readonly startedUnixMillis: number;
  readonly nowUnixMillis: () => number;
  /** What cannot be read is told and ignored: the last good word holds. */
  readonly onProblem: (error: Error) => void;
}

export type ControlStop = 'killed' | 'ttl-expired';

export interface Control {
  readonly onWanted: (change: WantedChange) => void;
  /** Asks again: time has passed. */
  readonly look: () => void;
  readonly mayAttach: () => boolean;
  readonly whenStopped: Promise<ControlStop>;
}

const REASONS = { 'kill-switch': 'killed', 'ttl-expired': 'ttl-expired' } as const;

export function makeControl(needs: ControlNeeds): Control {
  const { service, ttlMillis, startedUnixMillis } = needs;
  const { promise: whenStopped, resolve } = Promise.withResolvers<ControlStop>();
  let wanted: Wanted | undefined;

  const ask = (running: boolean) =>
    plan({ wanted, running, nowUnixMillis: needs.nowUnixMillis(), ttlMillis, startedUnixMillis });
  const look = (): void => {
    const answer = ask(true);
    if (answer.action === 'close-gate-and-detach') resolve(REASONS[answer.reason]);
  };
  const onWanted = (change: WantedChange): void => {
    if (change.service !== service) return;
    try {
      wanted = change.json === null ? undefined : parseWanted(change.json);
      look();
    } catch (error) {
      needs.onProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return { onWanted, look, mayAttach: () => ask(false).action === 'attach', whenStopped };
}
