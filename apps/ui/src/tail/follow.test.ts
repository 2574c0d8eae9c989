import { expect, test } from 'vitest';
import { unreachable } from '../api/problem.ts';
import { follow, type Follow, type Opened } from './follow.ts';
import type { SseMessage } from './sse.ts';

/** A server of numbered events that breaks its answers wherever it is told. */
function server(total: number, breaks: readonly number[]) {
  const asked: string[] = [];
  const left = [...breaks];
  const connect = (lastEventId: string): Promise<Opened> => {
    asked.push(lastEventId);
    const from = lastEventId === '' ? 0 : Number(lastEventId);
    let text = `retry: 1\nid: ${from}\n\n`;
    for (let n = from + 1; n <= total; n++) text += `event: lock_wait\nid: ${n}\ndata: ${n}\n\n`;
    const cut = left.shift();
    return Promise.resolve({ ok: true, chunks: pieces(cut === undefined ? text : text.slice(0, cut), cut) });
  };
  return { asked, connect };
}

async function* pieces(text: string, breaksAfter: number | undefined) {
  for (let at = 0; at < text.length; at += 7) yield await Promise.resolve(text.slice(at, at + 7));
  if (breaksAfter !== undefined) throw new Error('connection reset');
}

function needs(connect: Follow['connect'], stopAfter: number) {
  const stop = new AbortController();
  const [messages, pauses, opens, aways]: [SseMessage[], number[], unknown[], unknown[]] = [[], [], [], []];
  const cursors: string[] = [];
  let now = 0;
  const given: Follow = {
    connect,
    pause: (millis) => {
      pauses.push(millis);
      now += millis;
      if (pauses.length >= stopAfter) stop.abort();
      return Promise.resolve();
    },
    nowMillis: () => now,
    signal: stop.signal,
    onOpen: (breakMillis) => opens.push(breakMillis),
    onMessage: (message) => messages.push(message),
    onCursor: (id) => cursors.push(id),
    onAway: (problem) => aways.push(problem?.status),
  };
  return { given, messages, pauses, opens, aways, cursors };
}

test('wherever the connection breaks, every event comes once and in order', async () => {
  for (let cut = 0; cut < 160; cut++) {
    const { connect } = server(20, [cut, 400, cut + 30]);
    const { given, messages, cursors } = needs(connect, 4);
    expect(await follow(given, '')).toBeUndefined();
    expect(
      messages.map(({ data }) => Number(data)),
      `cut at ${cut}`,
    ).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(cursors.at(-1)).toBe('20');
  }
});

test('it says how long it was away, and goes on from the cursor it is given', async () => {
  const { connect, asked } = server(5, [60]);
  const { given, opens } = needs(connect, 2);
  await follow(given, '3');
  expect([opens, asked[0]]).toEqual([[undefined, 1000], '3']);
});

test('what is refused for now is tried again, less and less often; what is refused for good ends it', async () => {
  const answers = [503, 0, 503, 503, 503, 503, 401];
  const connect = (): Promise<Opened> =>
    Promise.resolve({ ok: false, problem: { ...unreachable('/x'), status: answers.shift() ?? 0 } });
  const { given, pauses, aways } = needs(connect, 99);
  expect(await follow(given, 'c7')).toMatchObject({ status: 401 });
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
  expect(aways).toEqual([503, 0, 503, 503, 503, 503]);
});

const endAtOnce = (): Promise<Opened> => Promise.resolve({ ok: true, chunks: pieces('', undefined) });

test('a server that ends every answer at once is not asked without pause', async () => {
  const { given, pauses } = needs(endAtOnce, 4);
  await follow(given, '');
  expect(pauses).toEqual([1000, 2000, 4000, 8000]);
});
