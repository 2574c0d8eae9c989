import { expect, test } from 'vitest';
import { otlpMetrics, type OtlpRound } from './metrics.ts';

const decoded = (spans: number) => ({ spans, cpuSeconds: 2, bytesPerSpan: 300 });
const received = (spans: number) => ({ spans, cpuSeconds: 4, seconds: 5, mebibytes: 200 });
const round = (factor: number): OtlpRound => ({
  decodeProtobuf: decoded(1000),
  http: received(1000 * factor),
  grpc: received(800 * factor),
  decodeJson: decoded(500),
  json: received(400 * factor),
});

test('rates are by the CPU of the receiver, ratios are taken within a round, and medians are quoted', () => {
  const metrics = new Map(otlpMetrics([round(1), round(1.2), round(0.9)]).map((each) => [each.name, each]));
  expect(metrics.get('otlp_decode_protobuf')).toMatchObject({ value: 500, unit: 'spans/s/core' });
  expect(metrics.get('otlp_http_to_kafka')?.runs).toEqual([250, 300, 225]);
  expect(metrics.get('otlp_http_against_decoding')?.value).toBeCloseTo(0.5);
  expect(metrics.get('otlp_json_against_decoding')?.runs.map((run) => Math.round(run * 100))).toEqual([40, 48, 36]);
  expect(metrics.get('otlp_http_wall')?.value).toBe(200);
});
