import { TAIL_KINDS, tailEvent, tailProblem, tailSkipped } from '@mapscope/contract';
import { MapscopeError, choiceOption, integerOption, positionals } from '@mapscope/events';
import { type World, command } from '../core/command.ts';
import { type ServerEvent, serverEvents } from '../core/events.ts';
import { skippedLine, tailLine } from '../words/tail.ts';

const AGAIN_MILLIS = 1000;

interface Tail {
  readonly service: string | undefined;
  readonly kind: string | undefined;
  readonly json: boolean;
  /** undefined: without end */
  readonly count: number | undefined;
}

export const tail = command({
  describe: 'probe events as they become queryable; goes on by itself where it was when the connection breaks',
  usage: '[SERVICE]',
  example: 'mapscope tail order --kind lock_wait',
  options: {
    service: positionals({ name: 'service', describe: 'service.name; all when not given', max: 1 }),
    kind: choiceOption({ flag: 'kind', describe: 'only events of this kind', choices: TAIL_KINDS, default: undefined }),
    count: integerOption({ flag: 'count', describe: 'end after so many events', min: 1, default: undefined }),
  },
  run: async ({ service: [service], kind, count, json }, world) => {
    await follow({ service, kind, json, count }, world);
    return 0;
  },
});

/** The first connection must come about; a later break is told, and mended. */
async function follow(asked: Tail, world: World): Promise<void> {
  const { api, stop, err, pause } = world;
  const place = { id: '', seen: 0, isConnected: false };
  while (!stop.aborted && !isDone(asked, place.seen)) {
    try {
      const { service, kind } = asked;
      const options = { lastEventId: place.id === '' ? undefined : place.id, signal: stop };
      const body = await api.open('/api/v1/events/tail', { service, kind }, options);
      place.isConnected = true;
      await readAll(body, place, { asked, world });
    } catch (error) {
      if (stop.aborted) return;
      if (!place.isConnected || isRefused(error)) throw error;
      err(`the tail broke off (${error instanceof Error ? error.message : String(error)}); again in a second`);
    }
    if (!stop.aborted && !isDone(asked, place.seen)) await pause(AGAIN_MILLIS);
  }
}

const isDone = ({ count }: Tail, seen: number): boolean => count !== undefined && seen >= count;

/** A key that was revoked does not come back by asking again. */
const isRefused = (error: unknown): boolean => error instanceof MapscopeError && error.code === 'ACCESS_REFUSED';

interface Place {
  id: string;
  seen: number;
}

async function readAll(
  body: ReadableStream<Uint8Array>,
  place: Place,
  { asked, world }: { readonly asked: Tail; readonly world: World },
): Promise<void> {
  for await (const event of serverEvents(body)) {
    place.id = event.id;
    if (tell(event, asked.json, world)) place.seen++;
    if (isDone(asked, place.seen) || world.stop.aborted) return;
  }
}

/** True for an event that counts. */
function tell({ event, data }: ServerEvent, json: boolean, { out, err }: World): boolean {
  if (data === '') return false;
  const said: unknown = JSON.parse(data);
  if (event === 'skipped') {
    const skipped = tailSkipped.parse(said);
    if (json) out(JSON.stringify({ event, ...skipped }));
    else err(skippedLine(skipped));
    return false;
  }
  if (event === 'problem') {
    err(tailProblem.parse(said).detail);
    return false;
  }
  const known = tailEvent.parse(said);
  out(json ? JSON.stringify({ event, ...known }) : tailLine(known));
  return true;
}
