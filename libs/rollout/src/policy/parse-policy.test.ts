import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePolicy } from './parse-policy.ts';
import { NOW, policyOf } from './testing.ts';

const FAMILIES = ['lock', 'http', 'map'];
const text = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({ ...policyOf(), selectors: ['service=order,percent=5'], ...changes });

test('a policy that was written is read as it was meant', () => {
  const labelling = { strategy: 'sampled', oneIn: 100 };
  const ramp = { percents: [1, 5, 25, 100], holdMillis: 60_000 };
  expect(parsePolicy(text({ labelling, ramp, predicate: { mapType: 'map[string]int' } }), FAMILIES)).toEqual(
    policyOf({
      labelling: { strategy: 'sampled', oneIn: 100 },
      ramp,
      predicate: { mapType: 'map[string]int' },
      selectors: [{ service: 'order', percent: 5 }],
    }),
  );
  expect(parsePolicy(text({ state: 'off', families: [] }), FAMILIES).state).toBe('off');
});

test.each([
  ['name', { name: 'Order!' }, /"name" must be/],
  ['an unknown family', { families: ['locks'] }, /no family "locks": there are lock, http, map/],
  ['no family', { families: [] }, /"families" must name at least one/],
  ['no selector', { selectors: [] }, /"selectors" must name at least one/],
  ['a selector', { selectors: ['services=x'] }, /there is no "services"/],
  ['a ramp that falls', { ramp: { percents: [5, 1], holdMillis: 60_000 } }, /"ramp.percents" must rise/],
  ['no hold time', { ramp: { percents: [5] } }, /"holdMillis" must be a number/],
  ['a TTL without end', { ttlMillis: 1e12 }, /"ttlMillis" must be a number from 1000 to 604800000/],
  ['a budget above a core', { budgetShare: 2 }, /"budgetShare"/],
  ['a labelling', { labelling: { strategy: 'some' } }, /"labelling" must be/],
  ['nobody who answers for it', { owner: '' }, /"owner" must be text/],
])('%s that cannot be is told', (_, changes, message) => {
  expect(() => parsePolicy(text(changes), FAMILIES)).toThrow(message);
});

test('all problems are told at once, and any text is a policy or a refusal', () => {
  expect(() => parsePolicy('{}', FAMILIES)).toThrow(/"name".*"families".*"version".*"owner".*"selectors"/s);
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (any) => {
      try {
        expect(parsePolicy(any, FAMILIES).startsUnixMillis).toBeLessThan(NOW * 1000);
      } catch (error) {
        expect(error).toMatchObject({ code: 'QUERY_INVALID' });
      }
    }),
  );
});
