import { expect, test } from 'vitest';
import { metric, metricWithInterval } from './measure.ts';
import { figure, renderReport } from './report.ts';

test.each([
  [1.18349, '1.183'],
  [12.44, '12.4'],
  [486.26, '486.3'],
  [5_113_456, '5,110,000'],
  [Number.NaN, 'none'],
])('%d is written as %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

test('the report holds machine, every metric with its target, and what could not be measured', () => {
  const met = metric({ name: 'a_ns', unit: 'ns', better: 'lower', target: 2, runs: [1, 3, 1.5] });
  const missed = metricWithInterval({ name: 'b', unit: 'ratio', better: 'lower', target: 1, runs: [1.5] });
  const report = renderReport([
    {
      name: 'probe',
      question: 'what do probes cost?',
      machine: { cpu: 'a cpu', cores: 2, node: 'v24.0.0' },
      ok: false,
      metrics: [met, missed],
      cases: [
        { name: 'ring', ok: true, seconds: 1 },
        { name: 'service', ok: false, seconds: 1, reason: 'no wrk | here\nat once' },
      ],
    },
  ]);
  expect(report).toContain('## probe\n\nwhat do probes cost?\n\ncpu a cpu · cores 2 · node v24.0.0\n');
  expect(report).toContain('| `a_ns` | 1.5             | ns    | ≤ 2, met        | 3    |');
  expect(report).toContain('| `b`    | 1.5 [1.5 … 1.5] | ratio | ≤ 1, **missed** | 1    |');
  expect(report).toContain('Not measured: service, no wrk \\| here\n');
  expect(report).not.toContain('ring');
});
