import { createHmac } from 'node:crypto';
import type { StoredIncident } from '@mapscope/store';
import { expect, test } from 'vitest';
import { incidentOf } from '../testing/planted-trouble.ts';
import { alertOf, dueStage, type Stage } from './alert.ts';
import { postable } from './sinks/alertmanager.ts';
import { slackBody } from './sinks/slack.ts';
import { signed, webhookBody } from './sinks/webhook.ts';

const stored = (changes: Partial<StoredIncident> = {}): StoredIncident => ({
  ...incidentOf('open', 1),
  changedUnixMillis: 1,
  ...changes,
});

test('a stage is due once: that it began, why, that it is over', () => {
  const cases: readonly (readonly [Partial<StoredIncident>, readonly Stage[], Stage | undefined])[] = [
    [{ sentence: '' }, [], 'opened'],
    [{ sentence: '' }, ['opened'], undefined],
    [{}, ['opened'], 'explained'],
    [{}, ['opened', 'explained'], undefined],
    [{ state: 'resolved' }, ['opened', 'explained'], 'resolved'],
    [{ state: 'resolved' }, [], 'resolved'],
    [{ state: 'resolved' }, ['resolved'], undefined],
    [{ state: 'merged' }, [], undefined],
    [{ kind: 'crash', state: 'resolved' }, [], 'opened'],
    [{ kind: 'crash', state: 'resolved' }, ['opened'], undefined],
  ];
  for (const [changes, told, due] of cases) expect(dueStage(stored(changes), new Set(told))).toBe(due);
});

test('before there is a verdict the alert says what is known; the link is the same at every stage', () => {
  const before = alertOf(stored({ sentence: '', verdict: '' }), 'opened', 'http://m');
  expect(before.summary).toBe('p99 of order rose from 40 ms to 900 ms; the cause is being looked for');
  const after = alertOf(stored({ sentence: 'waits' }), 'explained', 'http://m');
  expect(after).toMatchObject({ summary: 'waits', link: before.link, endUnixNanos: undefined });
  expect(alertOf(stored({ kind: 'crash', message: 'concurrent map writes' }), 'opened', '').summary).toBe(
    'order crashed: concurrent map writes',
  );
});

test('an alert keeps its labels while it goes on, and ends when the incident does', () => {
  const [open, over] = [stored({ verdict: '' }), stored({ state: 'resolved' })];
  const [first, last] = [
    postable(alertOf(open, 'opened', 'http://m')),
    postable(alertOf(over, 'resolved', 'http://m')),
  ];
  expect(last.labels).toEqual(first.labels);
  expect(first).not.toHaveProperty('endsAt');
  expect(last).toHaveProperty('endsAt');
});

test('a webhook body says times in RFC 3339 and can be checked with the secret and the time beside it', () => {
  const body = JSON.stringify(webhookBody(alertOf(stored(), 'opened', 'http://m')));
  expect(JSON.parse(body)).toMatchObject({
    incident: 'a'.repeat(16),
    stage: 'opened',
    verdict: 'contention',
    endsAt: null,
  });
  const signature = signed('s3cret', 1_795_000_000, body);
  const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  expect(hex).toBe(createHmac('sha256', 's3cret').update(`${seconds}.${body}`).digest('hex'));
});

test('no name of a service or text of a crash is markup in Slack, and long ones fit', () => {
  const hostile = stored({ service: '<!channel> & co', sentence: 'x'.repeat(9000) });
  const { text, blocks } = slackBody(alertOf(hostile, 'explained', 'http://m'));
  expect(text).toBe(':mag: The cause: &lt;!channel&gt; &amp; co');
  expect(blocks[0]?.text.text.length).toBeLessThanOrEqual(3000);
  expect(blocks[0]?.text.text).toMatch(/\|Explain>$/);
});
