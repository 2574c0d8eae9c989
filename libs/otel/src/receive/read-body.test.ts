import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { byteBudget, readBody } from './read-body.ts';

const MIB = 1024 * 1024;
const free = () => ({ maxBytes: MIB, budget: byteBudget(4 * MIB) });
const stream = (...chunks: Uint8Array[]): Readable => Readable.from(chunks);
const TEXT = Buffer.from('some body');

test.each([
  ['plain', 'identity', [TEXT.subarray(0, 4), TEXT.subarray(4)]],
  ['packed', 'gzip', [gzipSync(TEXT).subarray(0, 5), gzipSync(TEXT).subarray(5)]],
  ['packed in two members', 'gzip', [gzipSync(TEXT.subarray(0, 3)), gzipSync(TEXT.subarray(3))]],
] as const)('a body comes whole, %s', async (_, encoding, chunks) => {
  const read = await readBody(stream(...chunks), encoding, free());
  expect(read.outcome === 'read' && Buffer.from(read.body).toString()).toBe('some body');
});

test.each([
  ['as sent', 'identity', Buffer.alloc(MIB + 1)],
  ['unpacked', 'gzip', gzipSync(Buffer.alloc(MIB + 1))],
] as const)('a byte more than the limit is too large, %s', async (_, encoding, body) => {
  expect(await readBody(stream(body), encoding, free())).toEqual({ outcome: 'too-large' });
});

test('a bomb is let go at the limit: what unpacks to 1 GiB takes a small part of it', async () => {
  const member = gzipSync(Buffer.alloc(64 * MIB));
  const before = process.memoryUsage().rss;
  const bomb = Buffer.concat(Array.from({ length: 16 }, () => member));
  expect(await readBody(stream(bomb), 'gzip', free())).toEqual({ outcome: 'too-large' });
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * MIB);
});

test.each([
  ['no gzip at all', TEXT],
  ['gzip cut short', gzipSync(Buffer.alloc(5_000, 'ab')).subarray(0, -9)],
])('%s is told apart', async (_, body) => {
  expect(await readBody(stream(body), 'gzip', free())).toEqual({ outcome: 'not-gzip' });
});

test('a sender that goes away is told apart', async () => {
  const cut = new Readable({ read: () => undefined });
  setTimeout(() => cut.destroy(new Error('reset')), 10);
  expect(await readBody(cut, 'identity', free())).toEqual({ outcome: 'aborted' });
});

test('bodies share a budget: one too many waits outside, and a refused one gives back what it took', async () => {
  const bounds = { maxBytes: MIB, budget: byteBudget(MIB) };
  const first = await readBody(stream(Buffer.alloc(MIB - 10)), 'identity', bounds);
  expect(await readBody(stream(Buffer.alloc(6), Buffer.alloc(6)), 'identity', bounds)).toEqual({ outcome: 'crowded' });
  if (first.outcome === 'read') bounds.budget.give(first.body.length);
  expect((await readBody(stream(Buffer.alloc(MIB)), 'identity', bounds)).outcome).toBe('read');
});
