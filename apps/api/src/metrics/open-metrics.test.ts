import { expect, test } from 'vitest';
import { toOpenMetrics, wantsOpenMetrics } from './open-metrics.ts';

test('counters lose _total in their metadata only; gauges named so keep it', () => {
  const text =
    '# HELP a_total what a\n# TYPE a_total counter\na_total 1\n\n# HELP b_total what b\n# TYPE b_total gauge\nb_total 2\n';
  expect(toOpenMetrics(text)).toBe(
    '# HELP a what a\n# TYPE a counter\na_total 1\n# HELP b_total what b\n# TYPE b_total gauge\nb_total 2\n',
  );
});

test('OpenMetrics goes to who names it and does not refuse it', () => {
  const cases: readonly (readonly [string | undefined, boolean])[] = [
    [undefined, false],
    ['*/*', false],
    ['text/plain', false],
    ['application/openmetrics-text', true],
    ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3', true],
    ['text/plain, application/openmetrics-text;q=0', false],
  ];
  for (const [accept, wanted] of cases) expect(wantsOpenMetrics(accept), accept).toBe(wanted);
});
