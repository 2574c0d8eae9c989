/**
 * The kill switch: what mapscope.wanted.v1 says about our service, turned into one promise. Who may decide is
 * libs/rollout's plan, given as a function; here is only the watching and the time that passes (wishes expire).
 */
import { MapscopeError } from '@mapscope/events';

export interface WantedChange {
  readonly service: string;
  readonly json: string | null;
}

export interface WantedNeeds {
  readonly service: string;
  /** May throw on malformed text: then the last good word holds. */
  readonly mustStop: (json: string | null, nowUnixMillis: number) => boolean;
  readonly nowUnixMillis: () => number;
  readonly onProblem: (error: Error) => void;
}

export interface WantedWatch {
  readonly onWanted: (change: WantedChange) => void;
  /** Looks again: a wish may have expired since. */
  readonly look: () => void;
  readonly stopped: boolean;
  readonly whenStopped: Promise<void>;
}

export function watchForStop(needs: WantedNeeds): WantedWatch {
  const { promise: whenStopped, resolve } = Promise.withResolvers<void>();
  let json: string | null = null;
  let stopped = false;

  const decide = (candidate: string | null): void => {
    if (needs.mustStop(candidate, needs.nowUnixMillis())) {
      stopped = true;
      resolve();
    }
  };
  const onWanted = (change: WantedChange): void => {
    if (change.service !== needs.service) return;
    try {
      decide(change.json);
      json = change.json;
    } catch (error) {
      const text = `what is wanted of ${needs.service} could not be read and is ignored: send it again with PUT /api/v1/probes`;
      needs.onProblem(new MapscopeError('QUERY_INVALID', text, { cause: error }));
    }
  };
  return {
    onWanted,
    look: () => decide(json),
    get stopped() {
      return stopped;
    },
    whenStopped,
  };
}
