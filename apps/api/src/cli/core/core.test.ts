import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryText, toError } from './api-client.ts';
import { type ServerEvent, serverEvents } from './events.ts';
import { keyOf } from './key.ts';
import { unknownCommand } from './unknown-command.ts';

async function* inParts(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, (at += size));
  }
}

const STREAM =
  ': hello\n\nevent: lock_wait\nid: 7\ndata: {"a":"ü"}\n\nid: 8\n\nevent: x\ndata: 1\ndata: 2\n\nevent: cut';
const EVENTS = [
  { event: '', id: '', data: '' },
  { event: 'lock_wait', id: '7', data: '{"a":"ü"}' },
  { event: '', id: '8', data: '' },
  { event: 'x', id: '8', data: '1\n2' },
];

test('server-sent events are the same however the bytes come; an unfinished one is none', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (sizes) => {
      const events: ServerEvent[] = [];
      for await (const event of serverEvents(inParts(STREAM, sizes))) events.push(event);
      expect(events).toEqual(EVENTS);
    }),
    { interruptAfterTimeLimit: 1_000 },
  );
});

test('a key is found among words; what is none is refused, and never shown', () => {
  const key = `msk_k3x9a2bq_${'J'.repeat(43)}`;
  expect(keyOf(`key: ${key}\nexpires never`, 'f')).toBe(key);
  expect([keyOf(undefined, 'f'), keyOf(' \n', 'f')]).toEqual([undefined, undefined]);
  expect(() => keyOf('hunter2', 'MAPSCOPE_KEY')).toThrow(/^MAPSCOPE_KEY holds no key: a key looks like msk_/);
});

test('a command that is none has its nearest name', () => {
  expect(unknownCommand('wyh', ['why', 'top']).message).toContain('did you mean "mapscope why"?');
  expect(unknownCommand('', ['why', 'top']).message).toContain('no command is given: known are why, top');
});

const code = (json: object) => toError(404, JSON.stringify(json), 'http://x').code;

test('a problem keeps its code; what is no problem is a proxy or another program', () => {
  const told = { type: 'urn:x', title: 'x', status: 404, detail: 'nothing there', instance: '/', requestId: '1' };
  expect([code({ ...told, code: 'NOT_FOUND' }), code({ ...told, code: 'OTHER' })]).toEqual(['NOT_FOUND', 'INTERNAL']);
  expect(toError(502, '<html>', 'http://x').message).toContain('answered 502 and is no Mapscope API');
});

test('a query names what is given and nothing else', () => {
  expect([queryText({}), queryText({ a: undefined }), queryText({ a: 'b c', n: 5 })]).toEqual(['', '', '?a=b+c&n=5']);
});
