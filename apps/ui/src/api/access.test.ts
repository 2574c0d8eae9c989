import { expect, onTestFinished, test, vi } from 'vitest';
import { openAccess, type Caller } from './access.ts';
import { ask } from './ask.ts';
import { unreachable } from './problem.ts';

const KEY = `msk_reader00_${'A'.repeat(43)}`;
const REFUSED = { ...unreachable('/x'), status: 401, neededScope: 'read' } as const;

function storage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
}

/** Answers with this instead of the network, and remembers what was asked. */
function answering(status: number, body: object) {
  const asked: { readonly url: string; readonly headers: Headers }[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    asked.push({ url, headers: new Headers(init.headers) });
    return Promise.resolve(Response.json(body, { status }));
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return asked;
}

test('a key is kept for the tab, told to who listens, and forgotten without a trace', () => {
  const kept = storage();
  const access = openAccess(kept);
  let told = 0;
  const stop = access.subscribe(() => told++);
  access.onRefused(REFUSED);
  access.onRefused({ ...REFUSED });
  expect([told, access.refusal()?.neededScope]).toEqual([1, 'read']);
  access.keep(KEY);
  expect([told, access.key(), access.refusal(), openAccess(kept).key()]).toEqual([2, KEY, undefined, KEY]);
  access.forget();
  expect([told, access.key(), kept.items.size]).toEqual([3, undefined, 0]);
  stop();
  access.keep(KEY);
  expect(told).toBe(3);
});

test('where nothing can be stored the key still holds until the page is left', () => {
  const access = openAccess(undefined);
  access.keep(KEY);
  expect(access.key()).toBe(KEY);
});

test('the key travels in a header and never in an address', async () => {
  const asked = answering(200, {});
  const access = openAccess(undefined);
  await ask('/api/v1/status', new AbortController().signal, access);
  access.keep(KEY);
  await ask('/api/v1/status', new AbortController().signal, access);
  expect(asked.map(({ url, headers }) => [url, headers.get('authorization')])).toEqual([
    ['/api/v1/status', null],
    ['/api/v1/status', `Bearer ${KEY}`],
  ]);
});

test('only what a key would mend is reported, and only for the key of now', async () => {
  const reported: unknown[] = [];
  const caller = (key: () => string | undefined): Caller => ({ key, onRefused: ({ status }) => reported.push(status) });
  const cases = [
    [401, { neededScope: 'read' }, [401]],
    [403, { neededScope: 'control' }, [401, 403]],
    [403, {}, [401, 403]],
    [401, { neededScope: 'everything' }, [401, 403]],
    [503, { neededScope: 5 }, [401, 403]],
  ] as const;
  for (const [status, body, after] of cases) {
    answering(status, body);
    await ask(
      '/x',
      new AbortController().signal,
      caller(() => KEY),
    );
    expect(reported, `${status} ${JSON.stringify(body)}`).toEqual(after);
  }
  answering(401, { neededScope: 'read' });
  const keys = [KEY, undefined];
  await ask(
    '/x',
    new AbortController().signal,
    caller(() => keys.shift()),
  );
  expect(reported).toHaveLength(2);
});
