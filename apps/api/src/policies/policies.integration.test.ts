/** Over the real engine and broker: what is put is what an agent's desk reads, and everything that was ever said is kept. */
import { FAMILIES, parsePolicy } from '@mapscope/rollout';
import { connectStream } from '@mapscope/stream';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { readApiConfig } from '../start/options.ts';
import { probeControl } from '../start/probe-control.ts';
import { freshStore, isGiven, realNow, reason } from '../testing/engine-world.ts';
import { runningApi } from '../testing/running-api.ts';

interface Item {
  readonly version: number;
  readonly action: string;
}

const HEADERS = { 'content-type': 'application/json' };
const change = {
  owner: 'ann',
  reason: "p99 of or'der\n",
  families: ['lock', 'http'],
  selectors: ['service=order,percent=5'],
  ramp: { percents: [1, 100], holdSeconds: 600 },
};

async function world() {
  const brokers = inject('kafkaBrokers');
  const topicPrefix = `pol-${process.pid}-${Math.random().toString(36).slice(2, 8)}.`;
  const config = readApiConfig(['--kafka-brokers', brokers.join(','), '--topic-prefix', topicPrefix], {});
  const control = probeControl(config, () => undefined);
  onTestFinished(() => control?.close());
  const { store } = await freshStore();
  const clock = { unixNanos: realNow, monotonicNanos: () => process.hrtime.bigint() };
  const { get } = await runningApi({ store, control, clock });
  const stream = await connectStream({ brokers, clientId: 'agent-like', topicPrefix });
  onTestFinished(() => stream.close());
  await stream.ensureTopics();
  const heard = new Map<string, string | null>();
  await stream.watchWanted({
    onWanted: ({ service, json }) => void heard.set(service, json),
    onProblem: () => undefined,
  });
  const ask = async (method: string, path: string, body?: object) => {
    const init = body === undefined ? { method } : { method, headers: HEADERS, body: JSON.stringify(body) };
    const response = await get(`/api/v1/policies${path}`, init);
    // Compared as it came; those that have items are lists.
    const read = (await response.json()) as { readonly items?: readonly Item[] };
    return { status: response.status, body: read };
  };
  return { ask, heard };
}

describe.skipIf(!isGiven)(`policies${reason}`, () => {
  test('what is put is what agents read; undo says what was said before; all of it stays in the book', async () => {
    const { ask, heard } = await world();
    const first = await ask('PUT', '/canary', change);
    expect(first).toMatchObject({ status: 202, body: { version: 1, percentNow: 1, budgetPercent: 1, state: 'on' } });
    await expect.poll(() => heard.get('policy/canary')).toBeTypeOf('string');
    const read = () => parsePolicy(heard.get('policy/canary') ?? '', FAMILIES);
    expect(read()).toMatchObject({
      ...change,
      selectors: [{ service: 'order', percent: 5 }],
      ramp: { holdMillis: 600_000 },
    });

    expect((await ask('PUT', '/canary', { ...change, families: ['map'], ramp: undefined })).body).toMatchObject({
      version: 2,
      percentNow: 100,
    });
    expect((await ask('POST', '/canary/undo')).body).toMatchObject({
      version: 3,
      action: 'undo',
      families: ['lock', 'http'],
    });
    await expect.poll(() => read().version).toBe(3);
    expect((await ask('GET', '')).body.items).toMatchObject([{ name: 'canary', version: 3 }]);

    expect((await ask('DELETE', '/canary')).body).toMatchObject({ version: 4, action: 'delete', percentNow: 0 });
    await expect.poll(() => heard.get('policy/canary')).toBeNull();
    expect((await ask('GET', '')).body.items).toEqual([]);
    const { items = [] } = (await ask('GET', '/canary')).body;
    expect(items.map(({ version, action }) => `${version} ${action}`)).toEqual([
      '4 delete',
      '3 undo',
      '2 put',
      '1 put',
    ]);
    expect((await ask('POST', '/canary/undo')).body).toMatchObject({
      version: 5,
      action: 'undo',
      families: ['lock', 'http'],
    });
  });

  test('what cannot be is refused with the mend, and nothing of it reaches agents or the book', async () => {
    const { ask, heard } = await world();
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ ...change, families: ['locks'] }, /no family "locks": there are lock/],
      [{ ...change, selectors: ['percent=5'] }, /a share alone would take every Go process/],
      [{ ...change, ramp: { percents: [5, 1], holdSeconds: 5 } }, /ramp.percents/],
      [{ ...change, owner: '' }, /owner/],
      [{ ...change, ttl: 5 }, /ttl/],
      [{ ...change, families: [] }, /at least one/],
    ];
    for (const [body, message] of cases) {
      const answer = await ask('PUT', '/canary', body);
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body).replaceAll('\\', '')).toMatch(message);
    }
    expect((await ask('PUT', '/Canary!', change)).status).toBe(400);
    for (const [method, path] of [
      ['DELETE', '/canary'],
      ['POST', '/canary/undo'],
      ['GET', '/canary'],
    ] as const) {
      expect((await ask(method, path)).status).toBe(404);
    }
    expect((await ask('GET', '')).body.items).toEqual([]);
    expect(heard.size).toBe(0);
  });
});
