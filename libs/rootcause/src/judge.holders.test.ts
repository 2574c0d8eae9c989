/**
 * Planted truths about holders: the request that held the lock, what it waited for itself, cycles, goroutines that a request
 * waited for, and what may be said where nothing binds waits to requests.
 */
import { describe, expect, test } from 'vitest';
import type { RootCause } from './answer.ts';
import type { RequestColumns, WaitColumns } from './evidence.ts';
import { judge } from './judge.ts';
import type { Evidence, WindowEvidence } from './judge.ts';
import { compared, GET, MS, PROCESS, PUT, REBUILD, site, usualNanos } from './testing/planted.ts';
import type { PlantedWait, Service } from './testing/planted.ts';
import { quiet } from './testing/services.ts';

const DISK = site('disk.(*Disk).Sync', 17);
const [INDEX_LOCK, DISK_LOCK] = ['0x00000000000000a1', '0x00000000000000b2'];

/** A planted wait with the goroutines of both sides; 0: nobody known. */
interface Held extends PlantedWait {
  readonly waiterGoid: number;
  readonly holderGoid: number;
}

/** Each request is served by the goroutine of its number, from 1 on; its waits are told with their goroutines. */
function withGoroutines(window: WindowEvidence, goidsOf: (w: number) => readonly [number, number]): WindowEvidence {
  const goids = Float64Array.from({ length: window.requests.count }, (_, r) => r + 1);
  const pairs = Array.from({ length: window.waits.count }, (_, w) => goidsOf(w));
  const requests: RequestColumns = { ...window.requests, goids };
  const waits: WaitColumns = {
    ...window.waits,
    goroutines: {
      waiters: Float64Array.from(pairs, ([waiter]) => waiter),
      holders: Float64Array.from(pairs, ([, holder]) => holder),
      processes: new Uint32Array(pairs.length).fill(PROCESS),
    },
  };
  return { ...window, requests, waits };
}

/**
 * Pairs of requests, 10 ms apart: the first takes the index and waits 150 ms for the disk, the second waits for the index until
 * the first lets go.
 */
function pairs(second: Partial<PlantedWait> = {}): { readonly service: Service; readonly held: readonly Held[] } {
  let request = 0;
  const held: Held[] = [];
  const service: Service = ({ rng }) => {
    request += 1;
    const own = usualNanos(rng, 20 * MS);
    if (request % 10 === 1) {
      held.push({
        at: PUT,
        by: DISK,
        lock: DISK_LOCK,
        offsetNanos: 5 * MS,
        waitNanos: 150 * MS,
        waiterGoid: request,
        holderGoid: 9e6,
      });
      return { durationNanos: own + 150 * MS, route: 'PUT /order', waits: held.slice(-1) };
    }
    if (request % 10 !== 2) return { durationNanos: own };
    held.push({
      at: GET,
      by: PUT,
      lock: INDEX_LOCK,
      offsetNanos: 1 * MS,
      waitNanos: 145 * MS,
      waiterGoid: request,
      holderGoid: request - 1,
      ...second,
    });
    return { durationNanos: own + 145 * MS, waits: held.slice(-1) };
  };
  return { service, held };
}

function judgedPairs(second: Partial<PlantedWait> = {}): RootCause {
  const { service, held } = pairs(second);
  const evidence = compared({ before: quiet, during: service });
  const spike = withGoroutines(evidence.spike, (w) => [held[w]?.waiterGoid ?? 0, held[w]?.holderGoid ?? 0]);
  return judge({ ...evidence, spike });
}

const lockAt = (answer: RootCause, name: string) => answer.candidates.find(({ waiter }) => waiter.function === name);

describe('who held it', () => {
  test('the route and the trace that held the lock, and what it waited for itself', () => {
    const index = lockAt(judgedPairs(), GET.function);
    expect(index?.heldBy).toMatchObject({ route: 'PUT /order' });
    expect(index?.heldBy?.share).toBeGreaterThan(0.95);
    expect(index?.heldBy?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(index?.chain?.isCycle).toBe(false);
    expect(index?.chain?.links).toMatchObject([{ waiter: PUT, lock: DISK_LOCK, releasedAt: DISK }]);
    expect(index?.chain?.links[0]?.share).toBeGreaterThan(0.9);
    // Whoever holds the disk is no request and waits for nothing that was seen.
    expect(lockAt(judgedPairs(), PUT.function)).toMatchObject({ chain: undefined, heldBy: undefined });
  });

  test('without goroutine ids nothing of it is told', () => {
    const answer = judge(compared({ before: quiet, during: pairs().service }));
    expect(answer.candidates.length).toBeGreaterThan(0);
    for (const { heldBy, chain } of answer.candidates) expect([heldBy, chain]).toEqual([undefined, undefined]);
  });

  test('two locks taken in two orders are told as a cycle, and the search for its end comes to an end', () => {
    // Both wait for what the other holds, by turns: 75 ms and 75 ms of the same 150.
    let request = 0;
    const held: (readonly [number, number])[] = [];
    const service: Service = ({ rng }) => {
      request += 1;
      const own = usualNanos(rng, 20 * MS);
      const [kind, base] = [request % 10, request - (request % 10)];
      if (kind !== 1 && kind !== 2) return { durationNanos: own };
      const [first, other] = kind === 1 ? [PUT, base + 2] : [GET, base + 1];
      held.push([request, other]);
      const lock = kind === 1 ? DISK_LOCK : INDEX_LOCK;
      const wait = { at: first, by: REBUILD, lock, offsetNanos: 5 * MS, waitNanos: 150 * MS };
      return { durationNanos: own + 150 * MS, waits: [wait] };
    };
    const evidence = compared({ before: quiet, during: service });
    const answer = judge({ ...evidence, spike: withGoroutines(evidence.spike, (w) => held[w] ?? [0, 0]) });
    const chain = lockAt(answer, PUT.function)?.chain;
    expect(chain?.isCycle).toBe(true);
    expect(chain?.links.map(({ waiter }) => waiter.function)).toEqual([GET.function, PUT.function]);
    expect(answer.reasons.join('\n')).toContain('that is a cycle: take these locks in the same order everywhere');
  });
});

/** Three requests in ten start goroutines and wait for the last of them, which waited for a lock. */
function fanOut(isLast: boolean): Evidence {
  let request = 0;
  const goids: (readonly [number, number])[] = [];
  const service: Service = ({ rng }) => {
    request += 1;
    const own = usualNanos(rng, 20 * MS);
    if (rng() >= 0.3) return { durationNanos: own };
    const waitNanos = 200 * MS * (0.5 + rng());
    const child = 100_000 + request;
    const group = site('order.(*Order).All', 61);
    const waits: readonly PlantedWait[] = [
      { at: group, by: group, kind: 'waitgroup', lock: '0x77', offsetNanos: 2 * MS, waitNanos: waitNanos + 1 * MS },
      { at: GET, by: REBUILD, binding: 'inherited', lock: INDEX_LOCK, offsetNanos: 2 * MS, waitNanos },
    ];
    goids.push([request, isLast ? child : child + 1e6], [child, 9e6]);
    return { durationNanos: own + waitNanos + 1 * MS, waits };
  };
  const evidence = compared({ before: quiet, during: service });
  return { ...evidence, spike: withGoroutines(evidence.spike, (w) => goids[w] ?? [0, 0]) };
}

describe('waits of goroutines that the request waited for', () => {
  test('the lock that held up the last of them is blamed, not the WaitGroup', () => {
    const answer = judge(fanOut(true));
    expect(answer.verdict).toBe('contention');
    expect(answer.cause).toMatchObject({ waiter: GET, releasedAt: REBUILD });
    expect(answer.cause?.explained.value).toBeGreaterThan(0.95);
  });

  test('a lock that another goroutine waited for ran beside it and is not', () => {
    const answer = judge(fanOut(false));
    expect(answer.verdict).toBe('unexplained');
    expect(answer.reasons.join('\n')).toContain('not counted: goroutines that worked for slow requests waited');
  });
});

const untraced = (window: WindowEvidence, waitNanos: number): WindowEvidence => ({
  ...window,
  requests: { ...window.requests, traceIds: window.requests.traceIds.map(() => '0'.repeat(32)) },
  unbound: [
    { waiter: GET, holder: REBUILD, waits: 900, waitNanos },
    { waiter: PUT, holder: PUT, waits: 90_000, waitNanos: 1e9 },
  ],
});
const slower: Service = ({ rng }) => ({ durationNanos: usualNanos(rng, 20 * MS) + (rng() < 0.3 ? 200 * MS : 0) });

describe('requests without trace ids', () => {
  test('a wait of the same time is told, labelled as that, and nobody is blamed', () => {
    const evidence = compared({ before: quiet, during: slower });
    const spike = untraced(evidence.spike, 300e9);
    const answer = judge({ ...evidence, spike, baseline: untraced(evidence.baseline, 1e9) });
    expect(answer.verdict).toBe('unexplained');
    expect(answer.cause).toBeUndefined();
    expect(answer.sentence).toContain('Window correlation only (no trace id binds waits to requests');
    expect(answer.sentence).toContain('`cache.(*Cache).Get`');
    expect(answer.sentence).not.toContain('`cache.(*Cache).Put`');
    expect(answer.nextProbes[0]).toMatch(/^http: /);
  });

  test('the same where agents watched locks and no requests, and spans of an SDK tell of those', () => {
    const evidence = compared({
      before: quiet,
      during: slower,
      findings: { before: { watched: ['lock_waits'] }, during: { watched: ['lock_waits'] } },
    });
    const unbound = [{ waiter: GET, holder: REBUILD, waits: 900, waitNanos: 300e9 }];
    const answer = judge({ ...evidence, spike: { ...evidence.spike, unbound } });
    expect([answer.verdict, answer.cause]).toEqual(['unexplained', undefined]);
    expect(answer.sentence).toContain('Window correlation only');
    expect(answer.nextProbes[0]).toMatch(/^http: /);
  });

  test('waits that were there before, or are too few, are not', () => {
    const evidence = compared({ before: quiet, during: slower });
    for (const [now, before] of [
      [300e9, 200e9],
      [1e9, 0],
    ] as const) {
      const spike = untraced(evidence.spike, now);
      expect(judge({ ...evidence, spike, baseline: untraced(evidence.baseline, before) }).sentence).not.toContain(
        'correlation',
      );
    }
  });
});
