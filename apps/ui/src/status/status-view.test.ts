import type { AgentReportJson, StatusAnswer } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { flowState, replayOf, toAgentViews } from './status-view.ts';

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
  reportedAt: '2026-11-20T10:04:58Z',
  ...part,
});

test('the reports of one agent are one line: events added, probes and attach time not', () => {
  const views = toAgentViews(
    [report({}), report({ kind: 'http_requests', ringSubmitted: 50, ringLost: 3, attachMs: 14 })],
    NOW,
  );
  expect(views).toMatchObject([{ submitted: 150, lost: 3, probes: 9, attachMs: 14, isSilent: false }]);
});

test('an agent that stopped in order is not called silent, one that vanished is', () => {
  const long = '2026-11-20T09:00:00Z';
  const views = toAgentViews(
    [
      report({ agent: 'ended', final: true, reportedAt: long }),
      report({ agent: 'gone', reportedAt: long }),
      report({}),
    ],
    NOW,
  );
  expect(views.map(({ agent, isFinal, isSilent }) => [agent, isFinal, isSilent])).toEqual([
    ['a1', false, false],
    ['gone', false, true],
    ['ended', true, false],
  ]);
});

test('the flow is whole only when every count is the same', () => {
  const batches = { publishedBatches: 1, insertedBatches: 1 };
  const cases = [
    [[0, 0, 0, 0], 'idle'],
    [[100, 0, 100, 100], 'whole'],
    [[100, 0, 90, 80], 'under-way'],
    [[100, 1, 100, 100], 'lost'],
    [[100, 0, 101, 100], 'odd'],
  ] as const;
  for (const [[ringSubmitted, ringLost, published, inserted], state] of cases) {
    expect(flowState({ ringSubmitted, ringLost, published, inserted, ...batches })).toBe(state);
  }
});

test('only a run that says so is a replay', () => {
  const status: StatusAnswer = {
    startedAt: '',
    agents: [],
    pipeline: {
      totals: { ringSubmitted: 0, ringLost: 0, published: 0, publishedBatches: 0, inserted: 0, insertedBatches: 0 },
      items: [],
    },
    kafka: { configured: true, writerLag: 0 },
  };
  expect(replayOf(status)).toBeUndefined();
  expect(replayOf({ ...status, replay: { recordedAt: 'x' } } as StatusAnswer)).toEqual({ recordedAt: 'x' });
  expect(replayOf(undefined)).toBeUndefined();
});
