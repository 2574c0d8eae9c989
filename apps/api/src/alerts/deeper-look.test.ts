import type { StoredPolicyEntry } from '@mapscope/store';
import { expect, test } from 'vitest';
import { incidentOf } from '../testing/planted-trouble.ts';
import { alertOf } from './alert.ts';
import { deeperLookSink } from './sinks/deeper-look.ts';

test('an incident that begins makes a policy for its service that ends by itself; nothing else does', async () => {
  const said: unknown[] = [];
  const entries: StoredPolicyEntry[] = [];
  const policies = {
    latest: () => Promise.resolve(entries),
    history: (name: string) => Promise.resolve(entries.filter((one) => one.name === name).toReversed()),
    put: (entry: Omit<StoredPolicyEntry, 'changedUnixMillis'>) =>
      Promise.resolve(void entries.push({ ...entry, changedUnixMillis: 1 })),
  };
  const control = {
    publishWanted: (key: string, wanted: object | null) => Promise.resolve(void said.push([key, wanted])),
    writerLag: () => Promise.resolve(0),
  };
  const sink = deeperLookSink(
    { families: ['goroutine', 'map'], seconds: 90 },
    { policies, control, nowUnixMillis: () => 1_790_000_000_000 },
  );
  const incident = { ...incidentOf('open', 1), changedUnixMillis: 1 };
  const send = (stage: 'opened' | 'explained' | 'resolved', changes: object = {}) =>
    sink.send(alertOf({ ...incident, ...changes }, stage, 'http://m'));
  await send('explained');
  await send('resolved');
  await send('opened', { kind: 'crash' });
  expect(said).toEqual([]);
  await send('opened');
  await send('opened');
  expect(entries.map(({ version, changedBy }) => [version, changedBy])).toEqual([
    [1, 'incident'],
    [2, 'incident'],
  ]);
  expect(said[0]).toEqual([
    `policy/incident-${incident.id}`,
    expect.objectContaining({
      families: ['goroutine', 'map'],
      selectors: ['service=order'],
      ttlMillis: 90_000,
      budgetShare: 0.01,
    }),
  ]);
});
