import type { AgentReportJson } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { statusFixture } from '../../dev/fixtures/status.ts';
import { flowState, gapWords, recordedText, replayWords, shedWords, storedView, toAgentViews } from './status-view.ts';

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

test('what the overhead budget detached is told in time, by kind', () => {
  const shed = { offMs: 61_000, state: 'cycled' as const };
  const [view] = toAgentViews(
    [report({}), report({ kind: 'http_requests', shed })],
    Date.parse('2026-11-20T10:05:00Z'),
  );
  expect(view?.shed.map(shedWords)).toEqual([
    'Probes of http_requests cost more than the overhead budget: nobody watched for 1 min 1 s so far; they are attached for windows of time.',
  ]);
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
  const batches = { publishedBatches: 1, insertedBatches: 1, lostWithAgent: 0 };
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

test('recorded data is said to be recorded, with what is known of the run; live data is not', () => {
  const run = { service: 'order', kernel: '6.18', goVersion: '1.24.4', buildId: '7c1f09aa52be4711' };
  const words = 'order, built by Go 1.24.4, on Linux 6.18, build 7c1f09aa52be';
  expect(replayWords({ agents: 'all', runs: [run] })).toContain(`nothing here happens now. Recorded: ${words}.`);
  expect(replayWords({ agents: 'some', runs: [run] })).toContain('mixed');
  expect([replayWords(null), replayWords(undefined)]).toEqual([undefined, undefined]);
  expect(recordedText({ service: 'order', kernel: null, goVersion: null, buildId: '' })).toBe('order');
  const views = toAgentViews([report({ replay: run }), report({ agent: 'a2' })], NOW);
  expect(views.map(({ replay }) => replay)).toEqual([run, null]);
});

test('what died with an agent is lost, and the time nobody watched is told', () => {
  const gap = { from: '2026-11-20T10:04:00.250Z', to: '2026-11-20T10:04:01.450Z' };
  const died = { state: 'died', final: true, gap };
  const [view] = toAgentViews(
    [report({ ...died, lostWithAgent: 4, ringLost: 2 }), report({ ...died, kind: 'x' })],
    NOW,
  );
  expect(view).toMatchObject({ lost: 6, isFinal: true, isSilent: false, gap });
  expect(gapWords(gap, 'UTC')).toBe('Nobody watched from 10:04:00.250 to 10:04:01.450 (1.2 s).');
  expect(gapWords({ ...gap, to: null }, 'UTC')).toBe('Nobody has watched this process since 10:04:00.250.');
  const totals = {
    ringSubmitted: 100,
    ringLost: 0,
    published: 96,
    inserted: 96,
    publishedBatches: 1,
    insertedBatches: 1,
  };
  expect(flowState({ ...totals, lostWithAgent: 4 })).toBe('lost');
});

test('what the tables hold is told as a whole, or by what is wrong with it', () => {
  const { stored } = statusFixture(NOW);
  if (stored === null) throw new Error('the fixture was not looked at');
  expect(storedView(null)).toMatchObject({ isSound: true });
  expect(storedView(stored)).toMatchObject({ isSound: true, text: expect.stringContaining('each once') });
  const rollups = [{ table: 'latency_10s', rawRows: 2, rolledRows: 1 }];
  expect(storedView({ ...stored, missingRows: 1, doubledRows: 12, rollups })).toMatchObject({
    isSound: false,
    text: expect.stringMatching(/: 1 row missing; 12 rows too many; latency_10s not of the same rows as the tables\.$/),
  });
});
