/** One look at the store: what is known, what is seen, and what of it is written. */
import { NANOS_PER_SECOND, type Clock } from '@mapscope/events';
import type { IncidentRecord, IncidentStore, StoredIncident } from '@mapscope/store';
import { followCrashes } from './crashes.ts';
import { episodesOf } from './episodes.ts';
import { follow } from './follow.ts';
import { QUIET_NANOS, readSeries, type SeriesNeeds } from './read-series.ts';

const MINUTE = 60n * NANOS_PER_SECOND;
/** What happened while nobody looked is found too: the first look goes back so far, the others half an hour. */
export const FIRST_LOOK_NANOS = 360n * MINUTE;
const LOOK_NANOS = 30n * MINUTE;
/** Rows of a crash that are late by more than this are found at the next start. */
const CRASH_LOOK_NANOS = 5n * MINUTE;
const LONGEST_NANOS = 31n * 1440n * MINUTE;
const MAX_KNOWN = 1000;
export interface LookNeeds extends SeriesNeeds {
  readonly incidents: IncidentStore;
  readonly clock: Pick<Clock, 'unixNanos'>;
}

/** Those of the window, and the open ones however old. */
export async function knownIncidents(
  { incidents, clock }: LookNeeds,
  backNanos: bigint,
): Promise<readonly StoredIncident[]> {
  const now = clock.unixNanos();
  const recent = { fromUnixNanos: now - backNanos - QUIET_NANOS, toUnixNanos: now + MINUTE };
  const ever = { fromUnixNanos: now - LONGEST_NANOS, toUnixNanos: now + MINUTE };
  const [some, open] = await Promise.all([
    incidents.list({ window: recent, limit: MAX_KNOWN }),
    incidents.list({ window: ever, state: 'open', limit: MAX_KNOWN }),
  ]);
  return [...new Map([...some, ...open].map((one) => [one.id, one])).values()];
}

export async function lookForCrashes(needs: LookNeeds, backNanos: bigint = CRASH_LOOK_NANOS): Promise<number> {
  const now = needs.clock.unixNanos();
  const crashes = await needs.incidents.crashes(now - backNanos);
  // The usual case asks one small question and no more; known open ones end with the look at spikes.
  if (crashes.length === 0) return 0;
  const changed = followCrashes(await knownIncidents(needs, backNanos), crashes, now);
  await needs.incidents.put(changed);
  return changed.length;
}

/** Resolves to all that is known now, so that whoever goes on need not ask again. */
export async function lookForSpikes(
  needs: LookNeeds,
  backNanos: bigint = LOOK_NANOS,
): Promise<readonly IncidentRecord[]> {
  const known = await knownIncidents(needs, FIRST_LOOK_NANOS);
  const now = needs.clock.unixNanos();
  const from = (now - backNanos) / (600n * NANOS_PER_SECOND);
  const window = { fromUnixNanos: from * 600n * NANOS_PER_SECOND, toUnixNanos: now };
  const seen = episodesOf(await readSeries(needs, window, known), now);
  const changed = [...follow(known, seen, now), ...followCrashes(known, [], now)];
  await needs.incidents.put(changed);
  const shown = new Map([...known, ...changed].map((one) => [one.id, one]));
  return [...shown.values()].filter(({ state }) => state !== 'merged');
}
