import type { AgentReportJson } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { costWords, servicesOf } from './probe-view.ts';

const NOW = Date.parse('2026-11-20T10:05:00Z');
const report = (part: Partial<AgentReportJson>): AgentReportJson => ({
  agent: 'a1',
  service: 'order',
  platform: 'arch=amd64',
  kind: 'lock_waits',
  state: 'attached',
  pid: 42,
  buildId: 'b',
  probes: 9,
  attachMs: 12,
  ringSubmitted: 100,
  ringLost: 0,
  publishedRows: 100,
  publishedBatches: 2,
  final: false,
  lostWithAgent: 0,
  gap: null,
  shed: null,
  reportedAt: '2026-11-20T10:04:58Z',
  replay: null,
  ...part,
});

test('reports are told by service and process, what runs first', () => {
  const services = servicesOf(
    [
      report({ service: 'mail', final: true, state: 'killed' }),
      report({}),
      report({ kind: 'http_requests', ringSubmitted: 900 }),
      report({ pid: 43, final: true, state: 'ttl-expired' }),
    ],
    NOW,
  );
  expect(
    services.map(({ service, isOn, processes }) => [service, isOn, processes.map(({ pid, state }) => [pid, state])]),
  ).toEqual([
    [
      'order',
      true,
      [
        [42, 'on'],
        [43, 'off: their time was over'],
      ],
    ],
    ['mail', false, [[42, 'switched off']]],
  ]);
  expect(services[0]?.processes[0]?.kinds.map(({ kind }) => kind)).toEqual(['http_requests', 'lock_waits']);
});

test('an agent that says nothing any more is not on', () => {
  const [service] = servicesOf([report({ reportedAt: '2026-11-20T10:00:00Z' })], NOW);
  expect([service?.isOn, service?.processes[0]?.state]).toEqual([false, 'silent: no word for a while']);
});

test('what the budget did is said in words', () => {
  const cases = [
    [null, 'always on'],
    [{ offMs: 0, state: 'never' }, 'within the budget'],
    [{ offMs: 61_000, state: 'cycled' }, 'costs too much: on for windows of time, off for 1 min 1 s so far'],
    [{ offMs: 1000, state: 'refused' }, 'costs too much: off until it is tried again, off for 1 s so far'],
  ] as const;
  for (const [shed, words] of cases) expect(costWords({ shed })).toBe(words);
});
