import type { AgentReportJson } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { statusFixture } from '../../dev/fixtures/status.ts';
import { probeMarks } from './probe-marks.ts';

const NOW = Date.parse('2026-11-20T10:05:00Z');
const HOUR = 3_600_000;
const { agents } = statusFixture(NOW);

test('an agent that died is one mark, and the time nobody watched another', () => {
  expect(probeMarks(agents, 'order', [NOW - HOUR, NOW])).toEqual([
    { atMs: NOW - 900_000, text: 'agent died' },
    { atMs: NOW - 900_000, untilMs: NOW - 898_750, text: 'nobody watched' },
  ]);
});

test('what is of another service, another time, or played back is no mark', () => {
  expect(probeMarks(agents, 'mail', [NOW - HOUR, NOW]).map(({ text }) => text)).toEqual(['probes off']);
  expect(probeMarks(agents, 'order', [NOW - 60_000, NOW])).toEqual([]);
  expect(probeMarks(statusFixture(NOW, 'all').agents, 'order', [NOW - HOUR, NOW])).toEqual([]);
});

test('a gap that nobody has closed reaches to the end of the chart, and marks are bounded', () => {
  const [died] = agents.filter(({ state }) => state === 'died');
  if (died === undefined) throw new Error('no agent died');
  const open: AgentReportJson = { ...died, gap: { from: died.reportedAt, to: null } };
  expect(probeMarks([open], 'order', [NOW - HOUR, NOW])[1]).toMatchObject({ untilMs: NOW });
  const many = Array.from({ length: 50 }, (_, i) => ({ ...died, agent: String(i) }));
  expect(probeMarks(many, 'order', [NOW - HOUR, NOW])).toHaveLength(12);
});
