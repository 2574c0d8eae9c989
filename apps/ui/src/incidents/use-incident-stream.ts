import type { Incident } from '@mapscope/contract';
import { useEffect, useState } from 'react';
import { incidentStreamPath } from '../api/paths.ts';
import { pause } from '../api/poll.ts';
import { useAccess, useKey } from '../api/use-access.ts';
import { follow } from '../tail/follow.ts';
import { openTail } from '../tail/open-tail.ts';
import type { SseMessage } from '../tail/sse.ts';
import { addTold, type Told } from './live-list.ts';

export interface IncidentStream {
  readonly told: Told;
  /** false: the list has to be asked for again and again */
  readonly isLive: boolean;
}

/** Of a stream only its incidents matter: problems mend themselves, and the list is asked for meanwhile. */
function readIncident({ event, data }: SseMessage): Incident | undefined {
  if (event !== 'incident') return undefined;
  try {
    // The API and this page are built together from libs/contract.
    return JSON.parse(data) as Incident;
  } catch {
    return undefined;
  }
}

/** Follows the stream as long as the page stands, over breaks; an API without one is asked as before. */
export function useIncidentStream(): IncidentStream {
  const [told, setTold] = useState<Told>([]);
  const [isLive, setIsLive] = useState(false);
  const [caller, key] = [useAccess(), useKey()];
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const onMessage = (message: SseMessage): void => {
      const incident = readIncident(message);
      if (incident !== undefined) setTold((before) => addTold(before, [incident]));
    };
    const following = follow(
      {
        connect: (lastEventId) => openTail(incidentStreamPath(), lastEventId, signal, caller),
        pause: (millis) => pause(millis, signal),
        nowMillis: () => performance.now(),
        signal,
        onOpen: () => setIsLive(true),
        onMessage,
        onCursor: () => undefined,
        onAway: () => setIsLive(false),
      },
      '',
    );
    void following.then(() => setIsLive(false));
    return () => stop.abort();
  }, [caller, key]);
  return { told, isLive };
}
