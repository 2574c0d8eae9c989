/** Over the real engine and real HTTP: nothing is lost by a sink that is away or an api that is started again. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freshStore, isGiven, reason } from '../testing/engine-world.ts';
import { incidentOf } from '../testing/planted-trouble.ts';
import { startOutbox } from './outbox.ts';
import type { AlertSink } from './sinks/sink.ts';
import { signed, webhookSink } from './sinks/webhook.ts';

interface Taken {
  readonly delivery: string;
  readonly isSigned: boolean;
}

const SECRET = 's3cret';

/** Answers what `status` says; what it took, it took. */
async function receiver(status: () => number) {
  const taken: Taken[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    response.statusCode = status();
    if (response.statusCode === 200) {
      const signature = String(request.headers['x-mapscope-signature']);
      const seconds = Number(/^t=(\d+)/.exec(signature)?.[1]);
      const delivery = String(request.headers['x-mapscope-delivery']);
      taken.push({ delivery, isSigned: signature === signed(SECRET, seconds, body) });
    }
    response.end();
  };
  const server = createServer((request, response) => void take(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`;
  return { url, taken, deliveries: () => taken.map(({ delivery }) => delivery) };
}

describe.skipIf(!isGiven)(`outbox${reason}`, () => {
  test('what a sink refused and an api did not live to send is sent by the next, once each, signed', async () => {
    const { store } = await freshStore();
    let status = 503;
    const { url, taken, deliveries } = await receiver(() => status);
    const logged: string[] = [];
    const start = (sinks: readonly AlertSink[]) =>
      startOutbox(sinks, {
        incidents: store.incidents,
        deliveries: store.deliveries,
        publicUrl: () => 'http://m',
        monotonicMillis: () => performance.now(),
        log: ({ event }) => void logged.push(event),
        // The same waiting, a hundred times as fast.
        pause: (millis, signal) => pauseFor(millis / 100, undefined, { signal }).catch(() => undefined),
      });
    const sink = () => webhookSink(url, SECRET, () => Math.round(Date.now() / 1000));
    const id = 'a'.repeat(16);
    await store.incidents.put([{ ...incidentOf('open', 1), sentence: '' }]);
    const first = start([sink()]);
    await expect.poll(() => logged).toContain('alert-undelivered');
    await first.close();
    status = 200;
    const second = start([sink()]);
    onTestFinished(() => second.close());
    await expect.poll(deliveries).toEqual([`${id}-opened`]);
    await store.incidents.put([incidentOf('open', 2)]);
    await expect.poll(deliveries).toEqual([`${id}-opened`, `${id}-explained`]);
    await second.close();
    await store.incidents.put([incidentOf('resolved', 3), { ...incidentOf('open', 1), id: 'b'.repeat(16) }]);
    const third = start([sink()]);
    onTestFinished(() => third.close());
    const all = [
      `${id}-opened`,
      `${id}-explained`,
      `${id}-resolved`,
      `${'b'.repeat(16)}-opened`,
      `${'b'.repeat(16)}-explained`,
    ];
    await expect.poll(() => deliveries().toSorted()).toEqual(all.toSorted());
    expect(taken.every(({ isSigned }) => isSigned)).toBe(true);
  });

  test('one that does not answer holds no other up, and an open incident is told again where it would be forgotten', async () => {
    const { store } = await freshStore();
    const told: string[] = [];
    const dead: AlertSink = { name: 'dead', send: () => Promise.reject(new Error('away')) };
    const forgetful: AlertSink = {
      name: 'forgetful',
      repeatMillis: 10,
      send: ({ stage }) => {
        told.push(stage);
        return Promise.resolve();
      },
    };
    await store.incidents.put([incidentOf('open', 1)]);
    const outbox = startOutbox([dead, forgetful], {
      incidents: store.incidents,
      deliveries: store.deliveries,
      publicUrl: () => 'http://m',
      monotonicMillis: () => performance.now(),
      log: () => undefined,
      pause: (millis, signal) => pauseFor(millis / 100, undefined, { signal }).catch(() => undefined),
    });
    onTestFinished(() => outbox.close());
    await expect.poll(() => told.length).toBeGreaterThan(4);
    expect(told.slice(0, 3)).toEqual(['opened', 'explained', 'opened']);
  });
});
