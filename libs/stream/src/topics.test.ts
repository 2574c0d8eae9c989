import { expect, test } from 'vitest';
import { MAX_VALUE_BYTES, TOPICS, replication, topicConfig, topicName } from './topics.ts';

test('the probe topic takes the largest value and states its retention', () => {
  const config = Object.fromEntries(topicConfig(TOPICS.probe).map(({ name, value }) => [name, value]));
  expect(TOPICS.probe.partitions).toBe(8);
  expect(Number(config['max.message.bytes'])).toBeGreaterThan(MAX_VALUE_BYTES);
  expect(config).toMatchObject({
    'cleanup.policy': 'delete',
    'retention.ms': '86400000',
    'retention.bytes': '1073741824',
  });
});

test('the wanted topic is compacted and never forgets by age', () => {
  const names = topicConfig(TOPICS.wanted).map(({ name }) => name);
  expect(topicConfig(TOPICS.wanted)).toContainEqual({ name: 'cleanup.policy', value: 'compact' });
  expect(names).not.toContain('retention.ms');
});

test.each([
  [1, { factor: 1, minInSync: 1 }],
  [2, { factor: 2, minInSync: 2 }],
  [3, { factor: 3, minInSync: 2 }],
  [9, { factor: 3, minInSync: 2 }],
])('with %i brokers there are as many copies as sensible', (brokers, expected) => {
  expect(replication(brokers)).toEqual(expected);
});

test('a prefix keeps tests apart', () => {
  expect(topicName('probe', 't1.')).toBe('t1.mapscope.probe.v1');
});
