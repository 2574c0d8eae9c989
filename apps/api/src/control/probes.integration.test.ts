/** A wish for probes over the real broker: what the api publishes is what an agent's watch hears. */
import { connectStream } from '@mapscope/stream';
import { expect, inject, onTestFinished, test } from 'vitest';
import { readApiConfig } from '../start/options.ts';
import { probeControl } from '../start/probe-control.ts';
import { NOW_NANOS } from '../testing/plain-store.ts';
import { runningApi } from '../testing/running-api.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
  }
}

const brokers = inject('kafkaBrokers');
const isGiven = Array.isArray(brokers);
const reason = isGiven ? '' : ' (skipped: no broker, see infra/test/world.ts)';

test.skipIf(!isGiven)(`what is put for a service is heard by its agents${reason}`, async () => {
  const topicPrefix = `api-${process.pid}-`;
  const config = readApiConfig(['--kafka-brokers', brokers.join(','), '--topic-prefix', topicPrefix], {});
  const control = probeControl(config, () => undefined);
  onTestFinished(() => control?.close());
  const { get } = await runningApi({ control });
  const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"state":"off"}' };
  expect((await get('/api/v1/probes/order', init)).status).toBe(202);
  const stream = await connectStream({ brokers, clientId: 'agent-like', topicPrefix });
  onTestFinished(() => stream.close());
  const heard = Promise.withResolvers<unknown>();
  await stream.watchWanted({
    onWanted: ({ service, json }) => heard.resolve({ key: service, ...(JSON.parse(json ?? 'null') as object) }),
    onProblem: (error) => heard.reject(error),
  });
  const changedUnixMillis = Number(NOW_NANOS / 1_000_000n);
  expect(await heard.promise).toEqual({
    key: 'order',
    service: 'order',
    state: 'off',
    expiresUnixMillis: null,
    changedBy: 'api',
    changedUnixMillis,
  });
  expect(await (await get('/api/v1/status')).json()).toMatchObject({ kafka: { configured: true, writerLag: 0 } });
});

test('a broker that is away is 503 with the mend, and the next wish tries again', async () => {
  const control = probeControl(readApiConfig(['--kafka-brokers', '127.0.0.1:9'], {}), () => undefined);
  onTestFinished(() => control?.close());
  const { get } = await runningApi({ control });
  for (let tries = 0; tries < 2; tries++) {
    const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"state":"on"}' };
    const response = await get('/api/v1/probes/order', init);
    expect([response.status, await response.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'KAFKA_UNREACHABLE' }),
    ]);
  }
});
