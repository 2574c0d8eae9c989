import { expect, test } from 'vitest';
import { banner, labelled } from './report.ts';

const REPLAY = {
  recordedAt: '2026-11-20T08:00:00.000Z',
  kernel: '6.18.1',
  buildId: 'abc',
  goVersion: 'go1.24.4',
};
const FACTS = { describe: 'order (go1.24.4)', attachMs: 12.34, probes: 15 };

test('a replay is called one in its banner and in every sentence, and never said to be watching', () => {
  const text = banner('http://x', { ...FACTS, replay: REPLAY });
  expect(text).toContain('replay of a run recorded 2026-11-20T08:00:00.000Z on Linux 6.18.1');
  expect(text).not.toContain('watching');
  expect(labelled('p99 rose', REPLAY)).toBe(
    '[replay of a run recorded 2026-11-20T08:00:00.000Z on Linux 6.18.1] p99 rose',
  );
});

test('a live run bears no label', () => {
  expect(banner('http://x', { ...FACTS, replay: undefined })).toContain('watching   order (go1.24.4)');
  expect(labelled('p99 rose', undefined)).toBe('p99 rose');
});
