/**
 * One listener of incidents: first the open ones, then whatever changes, read from the store, so that it does not matter
 * which process found it. At least once: a change may come again after a break, told by its id and changedAt.
 */
import { MapscopeError } from '@mapscope/events';
import type { Incident } from '@mapscope/contract';
import type { IncidentStore, StoredIncident } from '@mapscope/store';
import { frame, idFrame, problemFrame } from '../tail/frames.ts';
import { toIncident } from './convert.ts';

const POLL_MILLIS = 500;
const HEARTBEAT_MILLIS = 15_000;
/** A row's time is set before it can be read: so far back is read again. */
const OVERLAP_MILLIS = 2000;
const MAX_OPEN = 500;
const LONGEST_NANOS = 31n * 86_400n * 1_000_000_000n;

export interface StreamNeeds {
  readonly incidents: Pick<IncidentStore, 'list' | 'changes' | 'nowUnixMillis'>;
  readonly service: string | undefined;
  readonly signal: AbortSignal;
  readonly nowUnixNanos: () => bigint;
  readonly nowMillis: () => number;
  /** resolves at once when the signal aborts */
  readonly pause: (millis: number) => Promise<void>;
}

export interface StreamBegin {
  readonly sinceUnixMillis: number;
  readonly open: readonly StoredIncident[];
}

/** Without a cursor it begins now, with what is open. */
export async function beginStream(needs: StreamNeeds, after: number | undefined): Promise<StreamBegin> {
  if (after !== undefined) return { sinceUnixMillis: after, open: [] };
  const sinceUnixMillis = await needs.incidents.nowUnixMillis();
  const now = needs.nowUnixNanos();
  const window = { fromUnixNanos: now - LONGEST_NANOS, toUnixNanos: now + 60_000_000_000n };
  const { service } = needs;
  return { sinceUnixMillis, open: await needs.incidents.list({ window, service, state: 'open', limit: MAX_OPEN }) };
}

export async function* incidentStream(needs: StreamNeeds, begin: StreamBegin): AsyncGenerator<string> {
  let since = begin.sinceUnixMillis;
  let heardAt = needs.nowMillis();
  let wasAway = false;
  const sent = new Map<string, number>();
  yield `retry: 1000\n${idFrame(String(since), 'mapscope incidents')}`;
  yield* frames(needs, begin.open, sent, since);
  while (!needs.signal.aborted) {
    await needs.pause(POLL_MILLIS);
    const found = await needs.incidents.changes(since - OVERLAP_MILLIS, needs.service).catch(toFailure);
    if (needs.signal.aborted) return;
    if (found instanceof MapscopeError) {
      if (!wasAway) yield problemFrame(String(since), { code: found.code, detail: found.message });
      wasAway = true;
      continue;
    }
    wasAway = false;
    const news = found.filter((one) => sent.get(one.id) !== one.version);
    since = Math.max(since, ...news.map(({ changedUnixMillis }) => changedUnixMillis));
    yield* frames(needs, news, sent, since);
    forget(sent, found);
    const isQuiet = needs.nowMillis() - heardAt >= HEARTBEAT_MILLIS;
    if (news.length === 0 && isQuiet) yield idFrame(String(since), 'heartbeat');
    if (news.length > 0 || isQuiet) heardAt = needs.nowMillis();
  }
}

const toFailure = (error: unknown): MapscopeError =>
  error instanceof MapscopeError && error.code !== 'CLICKHOUSE_REFUSED'
    ? error
    : new MapscopeError('INTERNAL', 'incidents cannot be read just now; wait, or ask /readyz', { cause: error });

function* frames(
  needs: StreamNeeds,
  found: readonly StoredIncident[],
  sent: Map<string, number>,
  since: number,
): Generator<string> {
  for (const one of found) {
    sent.set(one.id, one.version);
    const data: Incident = toIncident(one, needs.nowUnixNanos());
    yield frame('incident', String(since), data);
  }
}

/** What the next look cannot meet again is not remembered. */
function forget(sent: Map<string, number>, found: readonly StoredIncident[]): void {
  const met = new Set(found.map(({ id }) => id));
  for (const id of sent.keys()) if (!met.has(id)) sent.delete(id);
}
