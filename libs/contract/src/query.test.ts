import { expect, test } from 'vitest';
import { z } from 'zod';
import { contentionQuery, latencyQuery } from './charts.ts';
import { probesChange } from './probes.ts';
import { rootCauseQuery } from './root-cause.ts';
import { traceIdText } from './words.ts';

const messages = (schema: z.ZodType, value: unknown): string[] =>
  schema.safeParse(value).error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];

test('a full query leaves as what it means', () => {
  const query = rootCauseQuery.parse({ service: 'order', from: 'now-15m', to: '1795598580000', route: '/order' });
  expect(query).toEqual({
    service: 'order',
    from: { kind: 'relative', offsetNanos: -900_000_000_000n },
    to: { kind: 'absolute', unixNanos: 1_795_598_580_000_000_000n },
    route: '/order',
  });
  expect(latencyQuery.parse({ service: 'order', step: '1m' }).step).toBe(60);
  expect(contentionQuery.parse({ service: 'order' }).limit).toBe(50);
});

test('all problems of a query are reported at once', () => {
  const found = messages(rootCauseQuery, { from: 'yesterday', to: ['now', 'now'], form: 'now-1h' });
  expect(found).toEqual([
    'service: give it once, as text',
    expect.stringContaining('from: "yesterday" is not a time'),
    'to: give it once, as text',
    expect.stringContaining('unknown name "form": did you mean "from"?'),
  ]);
});

test('each bound names what it takes', () => {
  const cases: readonly (readonly [z.ZodType, unknown, string])[] = [
    [rootCauseQuery, { service: '' }, 'is empty'],
    [rootCauseQuery, { service: 'x'.repeat(201) }, 'longer than 200'],
    [rootCauseQuery, { service: 'a', baselineTo: 'now' }, 'baselineTo needs baselineFrom'],
    [latencyQuery, { service: 'a', step: '100ms' }, 'from 1s to 1d'],
    [latencyQuery, { service: 'a', step: '10' }, 'as in 10s'],
    [contentionQuery, { service: 'a', limit: '0' }, 'from 1 to 1000'],
    [contentionQuery, { service: 'a', limit: '1e3' }, 'whole number'],
    [traceIdText, 'xyz', '32 hex digits'],
    [probesChange, { state: 'maybe' }, 'expected one of "on"|"off"'],
    [probesChange, { state: 'on', ttlSeconds: 0 }, '>=1'],
    [probesChange, { state: 'on', ttl: 5 }, 'did you mean "ttlSeconds"?'],
  ];
  for (const [schema, value, message] of cases) expect(messages(schema, value).join('\n')).toContain(message);
});

test('every query schema is expressible as the JSON Schema of its text', () => {
  const schema = z.toJSONSchema(rootCauseQuery, { io: 'input' });
  expect(schema.required).toEqual(['service']);
  expect(schema.properties?.['from']).toMatchObject({ type: 'string' });
});
