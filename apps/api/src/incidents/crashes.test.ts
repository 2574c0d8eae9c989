import type { Crash, IncidentRecord } from '@mapscope/store';
import { expect, test } from 'vitest';
import { followCrashes } from './crashes.ts';

const SECOND = 1_000_000_000n;
const at = (seconds: number): bigint => (1_795_598_400n + BigInt(seconds)) * SECOND;
const PUT = { function: 'main.(*Cache).Put', file: 'cache.go', line: 55 };
const crash = (seconds: number, changes: Partial<Crash> = {}): Crash => ({
  service: 'order',
  platform: 'amd64',
  unixNanos: at(seconds),
  message: 'concurrent map writes',
  site: PUT,
  ...changes,
});

function table() {
  const rows = new Map<string, IncidentRecord>();
  const look = (now: number, ...crashes: readonly Crash[]): number => {
    const changed = followCrashes([...rows.values()], crashes, at(now));
    for (const one of changed) rows.set(one.id, one);
    return changed.length;
  };
  return { look, rows: () => [...rows.values()] };
}

test('a crash is an incident at once, with what the runtime said and where; seen again it is no other', () => {
  const { look, rows } = table();
  expect(look(1, crash(0))).toBe(1);
  expect(look(2, crash(0))).toBe(0);
  expect(rows()).toMatchObject([
    { kind: 'crash', state: 'open', verdict: 'map-conflict', confidence: 'high', requests: 1 },
  ]);
  expect(rows()[0]?.sentence).toBe('order crashed: concurrent map writes in main.(*Cache).Put (cache.go:55).');
  expect(look(61, crash(0))).toBe(1);
  expect(rows()).toMatchObject([{ state: 'resolved' }]);
});

test('a crash loop is one incident that counts, whatever is seen of it again', () => {
  const { look, rows } = table();
  const all = [0, 10, 20, 30].map((seconds) => crash(seconds));
  look(1, ...all.slice(0, 1));
  look(12, ...all.slice(0, 2));
  look(31, ...all);
  expect(look(32, ...all)).toBe(0);
  expect(rows()).toMatchObject([{ requests: 4, startUnixNanos: at(0), endUnixNanos: at(30), state: 'open' }]);
  expect(rows()[0]?.sentence).toContain('crashed 4 times');
});

test('another message, platform or service, or the same a minute later, is another incident', () => {
  const { look, rows } = table();
  look(200, crash(0), crash(1, { message: 'all goroutines are asleep - deadlock!' }), crash(2, { service: 'pay' }));
  look(200, crash(0), crash(100), crash(3, { platform: 'arm64' }));
  expect(rows()).toHaveLength(5);
  expect(rows().find(({ message }) => message.includes('deadlock'))).toMatchObject({ verdict: '', confidence: '' });
});

test('a stack that comes after the crash adds its line', () => {
  const { look, rows } = table();
  look(1, crash(0, { site: undefined }));
  expect(rows()[0]?.sentence).toBe('order crashed: concurrent map writes.');
  expect(look(2, crash(0))).toBe(1);
  expect(rows()[0]?.sentence).toContain('cache.go:55');
  expect(look(3, crash(0))).toBe(0);
});
