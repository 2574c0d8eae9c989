import { MapscopeError } from '@mapscope/events';
import { expect, test } from 'vitest';
import type { World } from '../core/command.ts';
import { tail } from './tail.ts';

const EVENT = {
  ts: '2026-11-20T10:03:00.000000000Z',
  service: 'order',
  platform: 'p',
  kind: 'probe_event',
  traceId: null,
};
const message = (id: string, event: string, data: object): string =>
  `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
const streamOf = (text: string): ReadableStream<Uint8Array> => new Blob([text]).stream();

const unused = (): never => {
  throw new Error('not for a tail');
};

/** A tail whose connections are given one by one. */
async function run(line: string, connections: readonly (string | MapscopeError)[]) {
  const told: string[] = [];
  const asked: (string | undefined)[] = [];
  const rest = [...connections];
  const open: World['api']['open'] = (_path, _query, { lastEventId }) => {
    asked.push(lastEventId);
    const next = rest.shift() ?? '';
    return typeof next === 'string' ? Promise.resolve(streamOf(next)) : Promise.reject(next);
  };
  const world: World = {
    api: { url: 'http://x', get: unused, change: unused, open },
    out: (text) => void told.push(text),
    err: (text) => void told.push(text),
    outBytes: unused,
    terminal: () => undefined,
    readText: unused,
    readBytes: unused,
    fetch: unused,
    writeFile: unused,
    stop: new AbortController().signal,
    pause: () => Promise.resolve(),
    nowUnixNanos: () => 0n,
  };
  const status = await tail.start({ argv: line.split(' '), env: {} }).run(world);
  return { status, told, asked };
}

test('a connection that breaks goes on where it was, and the break is told', async () => {
  const away = new MapscopeError('SETUP_FAILED', 'no answer');
  const { told, asked, status } = await run('--count 2', [
    message('a1', 'probe_event', { ...EVENT, message: 'one' }),
    away,
    message('a2', 'skipped', { count: 1200, reason: 'rate' }) +
      message('a3', 'probe_event', { ...EVENT, message: 'two' }),
  ]);
  expect([status, asked]).toEqual([0, [undefined, 'a1', 'a1']]);
  expect(told).toEqual([
    '2026-11-20T10:03:00.000Z  order  one',
    'the tail broke off (no answer); again in a second',
    '… 1 200 events passed over: more came than a tail shows; narrow it with a service or --kind',
    '2026-11-20T10:03:00.000Z  order  two',
  ]);
});

test('what fails at once, and a key that was revoked, end it', async () => {
  await expect(run('--count 1', [new MapscopeError('SETUP_FAILED', 'no answer')])).rejects.toThrow('no answer');
  const revoked = new MapscopeError('ACCESS_REFUSED', 'revoked');
  await expect(run('--count 2', [message('a', 'probe_event', EVENT), revoked])).rejects.toThrow('revoked');
});
