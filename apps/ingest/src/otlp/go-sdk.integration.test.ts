/**
 * A Go service with the OpenTelemetry Go SDK against our ports. Its sources are fetched and it is built (about 40 s of CPU) when
 * asked to: MAPSCOPE_OTLP_GO=1 npm test -- integration go-sdk
 */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildGoService, findGoSdk, GO_QUERIES, inOrder, runGoService, storedForm } from './testing/go-sdk.ts';
import { type OtlpPlace, openOtlpPlace } from './testing/otlp-place.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const clickhouseUrl = inject('clickhouseUrl') ?? '';
const sdk = process.env['MAPSCOPE_OTLP_GO'] === '1' ? findGoSdk() : undefined;

describe.skipIf(brokers.length === 0 || clickhouseUrl === '' || sdk === undefined)(
  'the OpenTelemetry Go SDK of Debian (skipped without MAPSCOPE_OTLP_GO=1, or where it was not fetched)',
  () => {
    let place: OtlpPlace;
    let executable: string;
    beforeAll(async () => {
      if (sdk !== undefined) executable = await buildGoService(sdk);
      place = await openOtlpPlace([...brokers], clickhouseUrl);
    }, 600_000);
    afterAll(async () => {
      rmSync(dirname(executable), { recursive: true, force: true });
      await place.close();
    });

    test.each(['http', 'grpc'])(
      'by %s: every span, point (with exemplars) and record is stored once, field by field',
      async (protocol) => {
        const service = `go ${protocol}`;
        const told = await runGoService(executable, protocol, protocol === 'grpc' ? place.grpcUrl : place.url, service);
        const of = (table: string) => told.points.filter((point) => point.table === table);
        const expected = {
          spans: told.spans,
          logs: told.logs,
          sum: of('sum'),
          gauge: of('gauge'),
          histogram: of('histogram'),
        };
        expect(Object.values(expected).map((rows) => rows.length)).toEqual([80, 40, 3, 3, 3]);
        for (const name of ['spans', 'logs', 'sum', 'gauge', 'histogram'] as const) {
          const query = `${GO_QUERIES[name]} WHERE ServiceName = '${service}'`;
          const rows = expected[name].map(storedForm);
          await expect.poll(async () => (await place.ask(query)).length, { timeout: 30_000 }).toBe(rows.length);
          expect(inOrder(await place.ask(query))).toEqual(inOrder(rows));
        }
        expect(of('sum').flatMap(({ exemplars }) => exemplars)).not.toEqual([]);
      },
    );

    test('nothing was refused', async () => {
      expect(await place.stop()).toMatchObject({ refusedRequests: 0, spans: 160, logRecords: 80, points: 18 });
    });
  },
);
