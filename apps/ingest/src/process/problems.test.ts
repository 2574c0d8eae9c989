import { expect, test } from 'vitest';
import { MapscopeError } from '@mapscope/events';
import { throttledProblems } from './problems.ts';

test('a problem that repeats is told at once, then every 10 s with how often it came', () => {
  const lines: string[] = [];
  let now = 0;
  const reporter = {
    event: () => undefined,
    log: (_: string, message: string, facts = {}) => void lines.push(`${message} ${JSON.stringify(facts)}`),
  };
  const tell = throttledProblems(reporter, 'waiting', () => now);
  const away = new MapscopeError('KAFKA_UNREACHABLE', 'away');
  for (now = 0; now <= 10_000; now += 2_500) tell(away);
  tell(new MapscopeError('BATCH_MALFORMED', 'other'));
  expect(lines).toEqual([
    'waiting: KAFKA_UNREACHABLE: away {}',
    'waiting: KAFKA_UNREACHABLE: away {"repeated":3}',
    'waiting: BATCH_MALFORMED: other {}',
  ]);
});
