/** The development fixtures are answers as the contract says them, so that pages are never built against a lie. */
import {
  contentionAnswer,
  explainAnswer,
  heatmapAnswer,
  incident,
  incidentsAnswer,
  latencyAnswer,
  rootCauseAnswer,
  servicesAnswer,
  slowestAnswer,
  statusAnswer,
  tailEvent,
  tailProblem,
  tailSkipped,
  traceAnswer,
} from '@mapscope/contract';
import { expect, test } from 'vitest';
import { crashFixture } from '../dev/fixtures/crash.ts';
import * as lists from '../dev/fixtures/lists.ts';
import { heatmapFixture, slowestFixture } from '../dev/fixtures/heatmap.ts';
import { statusFixture } from '../dev/fixtures/status.ts';
import { tailFixture } from '../dev/fixtures/tail.ts';
import { traceFixture } from '../dev/fixtures/trace.ts';
import { explainFixture, verdictFixture } from '../dev/fixtures/verdicts.ts';
import { explainBody } from './explain/brush.ts';
import { readEntry } from './tail/tail-event.ts';

const VERDICTS = rootCauseAnswer.shape.verdict.options;
const NOW = Date.parse('2026-11-20T10:05:00Z');

test('every fixture is what the contract says, no field more and none less', () => {
  const cases = [
    ...VERDICTS.map((verdict) => [rootCauseAnswer, verdictFixture(verdict, NOW)] as const),
    [explainAnswer, explainFixture(explainBody({ service: 'gc' }, { time: [NOW - 60_000, NOW], minMs: 200 }), NOW)],
    [incidentsAnswer, lists.incidentsFixture(NOW)],
    [incident, crashFixture(NOW)],
    [servicesAnswer, lists.servicesFixture(NOW)],
    [latencyAnswer, lists.latencyFixture('order', NOW - 900_000, NOW, NOW)],
    [heatmapAnswer, heatmapFixture('order', NOW - 900_000, NOW, NOW)],
    [slowestAnswer, slowestFixture('order', NOW - 900_000, NOW, NOW)],
    [contentionAnswer, lists.contentionListFixture(NOW)],
    [statusAnswer, statusFixture(NOW)],
    [statusAnswer, statusFixture(NOW, 'some')],
    [statusAnswer, statusFixture(NOW, 'all')],
    [traceAnswer, traceFixture('ab'.repeat(16), NOW)],
    [traceAnswer, traceFixture(`${'a'.repeat(31)}1`, NOW)],
    [traceAnswer, traceFixture(`${'a'.repeat(31)}2`, NOW)],
  ] as const;
  for (const [schema, fixture] of cases) expect(schema.parse(fixture)).toEqual(fixture);
});

test('events of the tail are read as such', () => {
  for (let id = 1; id < 200; id++) {
    const { event, data } = tailFixture(id, NOW);
    const schema = { skipped: tailSkipped, problem: tailProblem }[event as string] ?? tailEvent;
    expect(schema.parse(JSON.parse(data)), event).toEqual(JSON.parse(data));
    expect(readEntry({ event, data })).toMatchObject(
      event === 'skipped' || event === 'problem' ? { what: event } : { what: 'event', kind: event },
    );
  }
});
