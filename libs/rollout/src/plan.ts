/**
 * What is an agent to do now? Pure: the agent asks on every change of wanted and every second, and carries out the answer.
 *
 *   wanted                                    | running                            | not running
 *   ------------------------------------------|------------------------------------|------------
 *   `off`, not expired                        | close-gate-and-detach, kill-switch | keep
 *   within the TTL of the newest beginning    | keep                               | attach
 *   after it, or nothing ever began           | close-gate-and-detach, ttl-expired | keep
 *
 * A beginning is the agent's own start or an `on`; the newer one counts. Its TTL is the agent's, and an `on` may shorten it by its
 * own expiry. So probes end by themselves whatever Kafka says or does not say; an old entry that expired neither stops an
 * agent started after it nor keeps one alive; and an `off` that expired gives back what was there before it.
 */
import { isExpired } from './wanted.ts';
import type { Wanted } from './wanted.ts';

export type StopReason = 'kill-switch' | 'ttl-expired';

export type Action =
  /** leave things as they are */
  | { readonly action: 'keep' }
  /** gate first: it stops events within microseconds; the links are closed behind it */
  | { readonly action: 'close-gate-and-detach'; readonly reason: StopReason }
  | { readonly action: 'attach' };

export interface Situation {
  /** the newest entry for the agent's service; absent when there is none */
  readonly wanted?: Wanted | undefined;
  readonly running: boolean;
  readonly nowUnixMillis: number;
  /** no probe lives for ever: there is always a TTL */
  readonly ttlMillis: number;
  /** when the agent was started to probe; null where it only waits for an `on` */
  readonly startedUnixMillis: number | null;
}

export function plan(situation: Situation): Action {
  const stop = stopReason(situation);
  if (stop === undefined) return situation.running ? { action: 'keep' } : { action: 'attach' };
  return situation.running ? { action: 'close-gate-and-detach', reason: stop } : { action: 'keep' };
}

interface Beginning {
  readonly atUnixMillis: number;
  readonly endsUnixMillis: number;
}

/** Clocks of two machines differ; an `on` further ahead than this would stretch its own TTL and does not count. */
const MAX_CLOCK_AHEAD_MILLIS = 60_000;

function stopReason(situation: Situation): StopReason | undefined {
  const { wanted, nowUnixMillis } = situation;
  if (wanted?.state === 'off' && !isExpired(wanted, nowUnixMillis)) return 'kill-switch';
  const newest = [ownStart(situation), wantedOn(situation)]
    .filter((beginning) => beginning !== undefined)
    .reduce<Beginning | undefined>(
      (best, one) => (best && best.atUnixMillis > one.atUnixMillis ? best : one),
      undefined,
    );
  return newest !== undefined && nowUnixMillis < newest.endsUnixMillis ? undefined : 'ttl-expired';
}

function ownStart({ startedUnixMillis, ttlMillis }: Situation): Beginning | undefined {
  if (startedUnixMillis === null) return undefined;
  return { atUnixMillis: startedUnixMillis, endsUnixMillis: startedUnixMillis + ttlMillis };
}

function wantedOn({ wanted, nowUnixMillis, ttlMillis }: Situation): Beginning | undefined {
  if (wanted?.state !== 'on' || wanted.changedUnixMillis > nowUnixMillis + MAX_CLOCK_AHEAD_MILLIS) return undefined;
  const ends = wanted.changedUnixMillis + ttlMillis;
  return {
    atUnixMillis: wanted.changedUnixMillis,
    endsUnixMillis: wanted.expiresUnixMillis === null ? ends : Math.min(ends, wanted.expiresUnixMillis),
  };
}
