/** What strangers write is looked for, and never run: the real engine still has all its tables afterwards. */
import { expect, test } from 'vitest';
import { engineWorld, isGiven, realNow, reason } from './testing/engine-world.ts';
import { plantRequests } from './testing/planted-evidence.ts';
import { runningApi } from './testing/running-api.ts';

const MINUTE = 60_000_000_000n;

test.skipIf(!isGiven)(
  `hostile words over the real engine are words, and every table is still there${reason}`,
  async () => {
    const { store, insert } = await engineWorld();
    const now = realNow();
    await insert(plantRequests(now - MINUTE, now, now));
    const { get } = await runningApi({ store, clock: { unixNanos: () => now, monotonicNanos: () => now } });
    for (const word of ["\n\n'; DROP TABLE http_requests; -- {service:String}", '\\\'"` OR 1=1']) {
      const service = encodeURIComponent(word);
      for (const path of [
        'incidents?',
        'latency?',
        'contention?',
        'contention/series?',
        'locks?',
        'maps?',
        'platforms?',
      ]) {
        const response = await get(`/api/v1/${path}service=${service}`);
        expect([response.status, path, JSON.stringify(await response.json()).includes('cache.go')]).toEqual([
          200,
          path,
          false,
        ]);
      }
      const body = JSON.stringify({
        service: 'order',
        route: word,
        platform: word,
        window: { from: 'now-5m', to: 'now' },
      });
      const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      expect((await get('/api/v1/explain', asked)).status, word).toBe(200);
    }
    expect(
      (await store.services({ fromUnixNanos: now - MINUTE, toUnixNanos: now })).map(({ service }) => service),
    ).toEqual(['order']);
  },
);
