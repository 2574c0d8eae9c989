import { expect, test } from 'vitest';
import { beginSse, readSse, type SseMessage, type SseState } from './sse.ts';

const STREAM = [
  'retry: 1000\n: mapscope live tail\nid: c0\n\n',
  'event: lock_wait\nid: c1\ndata: {"a":1}\n\n',
  ': heartbeat\nid: c2\n\n',
  'event: skipped\r\nid: c3\r\ndata: {"count":7}\r\n\r\n',
  'data: one\rdata:two\r\rid\nunknown: x\n\n',
].join('');

function readAll(pieces: readonly string[]) {
  let state: SseState = beginSse('');
  const messages: SseMessage[] = [];
  for (const piece of pieces) {
    const read = readSse(state, piece);
    state = read.state;
    messages.push(...read.messages);
  }
  return { state, messages };
}

test('a stream is read the same however it is cut', () => {
  const whole = readAll([STREAM]);
  expect(whole.messages).toEqual([
    { event: 'lock_wait', id: 'c1', data: '{"a":1}' },
    { event: 'skipped', id: 'c3', data: '{"count":7}' },
    { event: 'message', id: 'c3', data: 'one\ntwo' },
  ]);
  expect(whole.state).toMatchObject({ retryMillis: 1000, lastEventId: '' });
  for (let at = 1; at < STREAM.length; at++)
    expect(readAll([STREAM.slice(0, at), STREAM.slice(at)]).messages, `cut at ${at}`).toEqual(whole.messages);
  expect(readAll(STREAM.split('')).messages).toEqual(whole.messages);
});

test('what breaks off within an event is not told, and the cursor stays before it', () => {
  const { messages, state } = readAll(['id: c1\ndata: 1\n\nid: c2\ndata: 2\n']);
  expect([messages.length, state.lastEventId]).toEqual([1, 'c1']);
});
