import { assert, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { GET, ORIGIN } from '../testing/planted.ts';
import { comparePlatforms } from './compare.ts';
import { AMD64, ARM64, BUILD, EMULATED, plantedComparison, plantedWindow, type World } from './testing.ts';
import type { WindowEvidence } from '../judge.ts';

/** AMD64 serves more, so that it is the reference. */
const FEWER = { otherShare: 0.8 } as const;
const against = (world: World, more = {}) => {
  const answer = comparePlatforms(plantedComparison({ ...FEWER, ...world }, more));
  const compared = answer.platforms.find(({ platform }) => platform !== answer.reference);
  return { answer, compared, told: compared?.against };
};

const withCpu: World['facts'] = (one) => ({
  ...one,
  cpu: { nanos: one.platform === AMD64 ? 8e9 : 8.8e9, requests: 1000 },
});
const withMaps: World['facts'] = (one) => ({
  ...one,
  mapOperations: 10_000,
  mapConflicts: one.platform === AMD64 ? 2 : 40,
});

test('a lock that is dearer on one platform is told in one sentence, and that the CPU does not explain it', () => {
  const { answer, compared, told } = against({ seed: 3, waitRatio: 2.1, facts: withCpu });
  expect(answer.reference).toBe(AMD64);
  expect(told?.verdict).toBe('waits-longer');
  expect(told?.refusals).toEqual([]);
  expect(compared?.measures.cpuNanosPerRequest).toBe(8.8e6);
  expect(answer.sentence).toMatch(
    /^arm64 waits 2(\.\d)?× \[1\.\d, 2(\.\d)?\] longer on locks than amd64; same build, same load; not explained by CPU speed: on-CPU time per request differs 1\.1×\.$/,
  );
});

test('a machine that is slower in all it does is not said to have a dear lock', () => {
  const { told, answer } = against({ seed: 4, waitRatio: 1.8, ownRatio: 1.8 });
  expect(told?.verdict).toBe('waits-longer');
  expect(told?.sentence).toContain('CPU speed may explain it: its own time per request differs 1.');
  expect(answer.hints).toEqual([]);
});

const busier: World['facts'] = (one) => ({
  ...one,
  requests: one.platform === AMD64 ? one.requests * 3 : one.requests,
});

test.each<[string, World, string, RegExp]>([
  [
    'another build',
    { seed: 5, facts: (one) => ({ ...one, builds: one.platform === AMD64 ? [BUILD] : ['x.io/order@v1.5.0'] }) },
    'builds',
    /^arm64 and amd64 are not compared: different builds: arm64 runs x.io\/order@v1.5.0, amd64 runs x.io\/order@v1.4.2 3f2a9c01d4e5\.$/,
  ],
  [
    'a roll-out under way',
    { seed: 5, facts: (one) => ({ ...one, builds: [BUILD, 'x.io/order@v1.5.0'] }) },
    'builds',
    /2 builds of arm64 served in this window: ask for one before or after the roll-out/,
  ],
  [
    'another Go',
    { seed: 5, other: ARM64.replace('1.24.4', '1.26.0') },
    'builds',
    /arm64 by Go 1.26.0, amd64 by Go 1.24.4/,
  ],
  [
    'other routes',
    { seed: 5, routeOf: (isOther) => (isOther ? '/list' : '/order') },
    'routes',
    /different routes: 100 % of the requests go elsewhere, most of them arm64 to \/list: ask with one route/,
  ],
  [
    'another load',
    { seed: 5, facts: busier },
    'loads',
    /different loads: 3\d(\.\d)? requests\/s and process of arm64, 1[12]\d of amd64/,
  ],
  [
    'too few requests',
    { seed: 5, seconds: 2 },
    'too-few',
    /arm64 has \d\d requests \(100 needed\): ask for a longer window/,
  ],
])('of %s nothing is compared, and the reason is told', (_name, world, code, sentence) => {
  const { told } = against({ waitRatio: 2, ...world });
  expect(told).toMatchObject({ verdict: 'not-comparable' });
  expect(told?.refusals.map((refusal) => refusal.code)).toContain(code);
  expect(told).not.toHaveProperty('wait');
  expect(told).not.toHaveProperty('waiting');
  expect(told?.sentence).toMatch(sentence);
});

test('times of an emulated machine are not compared: counts and shares only', () => {
  const { told, compared, answer } = against({ seed: 6, waitRatio: 9, other: EMULATED, otherShare: 4, facts: busier });
  expect(answer.reference, 'never the emulated one, however much it serves').toBe(AMD64);
  expect(compared).toMatchObject({ emulated: true, platform: EMULATED });
  expect(told).toMatchObject({ verdict: 'shares-only', refusals: [{ code: 'emulated', blocks: 'times' }] });
  expect(told).not.toHaveProperty('wait');
  expect(told?.waiting?.low).toBeLessThan(0);
  expect(told?.sentence).toMatch(
    /not comparable: emulated \(arm64: tcg\); counts and shares only\. Waited on locks: \d\d % of arm64's requests, /,
  );
  expect(answer.hints).toEqual([]);
});

test('each platform is compared with itself in the baseline, the emulated one too, and only the changed one is told', () => {
  const before = plantedWindow({ seed: 8, other: EMULATED }, ORIGIN - 100_000_000_000n);
  const { answer } = against({ seed: 9, waitRatio: 3, other: EMULATED }, { baseline: before });
  const verdicts = answer.platforms.map(({ label, ownBaseline }) => [label, ownBaseline?.verdict]);
  expect(verdicts).toEqual([
    ['amd64', 'no-difference'],
    ['arm64', 'waits-longer'],
  ]);
  expect(answer.sentence).toContain('counts and shares only');
  expect(answer.sentence).toMatch(/arm64 waits \d(\.\d)?× \[.*\] longer on locks than arm64 before/);
});

test('a site asked for counts alone; one that nobody waited at gives no difference', () => {
  const asked = against({ seed: 10, waitRatio: 2 }, { site: '(*Cache).Get:42' });
  expect(asked.told?.verdict).toBe('waits-longer');
  expect(asked.told?.sentence).toContain(`waits`);
  expect(asked.told?.sentence).toContain('on `cache.(*Cache).Get`');
  const other = against({ seed: 10, waitRatio: 2 }, { site: 'nowhere.go:1' });
  expect(other.told?.verdict).toBe('no-difference');
  expect(other.compared?.measures.waitingRequests).toBe(0);
});

test('maps that met another write are compared as shares of their operations', () => {
  const { compared, told } = against({ seed: 11, facts: withMaps });
  expect(compared?.measures.conflicts?.value).toBeCloseTo(0.004);
  expect(told?.conflicts?.low).toBeGreaterThan(0);
});

test('no requests, or one platform only, is an answer', () => {
  const none = comparePlatforms(plantedComparison({ seed: 1, seconds: 0 }));
  expect(none).toMatchObject({ platforms: [], hints: [], sentence: 'No request of order is stored in the window.' });
  const one = comparePlatforms(plantedComparison({ seed: 1, otherShare: 0 }));
  expect(one.sentence).toBe('order ran on one platform only: amd64.');
});

const LAYOUT = {
  name: 'github.com/shop/order/cache.Cache',
  arch: 'arm64',
  sizeBytes: 48,
  fields: [
    { name: 'hits', type: 'uint64', offsetBytes: 0 },
    { name: 'mu', type: 'sync.Mutex', offsetBytes: 8 },
    { name: 'items', type: 'map[string]int', offsetBytes: 16 },
  ],
};

test('a site dearer than the CPU explains is a hint with its struct and the locks of its line, never a verdict', () => {
  const sharedLines = [
    {
      platform: ARM64,
      lineAddress: '0x000000c000012340',
      waitNanos: 5e9,
      locks: [
        { address: '0x000000c000012348', waiter: GET, waits: 40 },
        { address: '0x000000c000012358', waiter: { ...GET, line: 90 }, waits: 7 },
      ],
    },
  ];
  const { answer } = against({ seed: 12, waitRatio: 2.5 }, { layouts: [LAYOUT], sharedLines });
  expect(answer.hints).toMatchObject([{ waiter: GET, platform: ARM64, reference: AMD64, layout: LAYOUT, sharedLines }]);
  expect(answer.hints[0]?.sentence).toMatch(
    /^A hint, not a verdict: `cache.*` \(.*\) costs 2.*× \[.*\] on arm64 while the program's own time differs 1× \[.*\]\. 2 locks that are waited for lie in one 64-byte line with it: pad them apart\. In .*cache\.Cache the lock may share its line with hits, items\.$/,
  );
});

const small = plantedComparison({ seed: 13, seconds: 10, perSecond: 60, waitRatio: 1.5 });

function reordered({ requests, ...rest }: WindowEvidence, order: readonly number[]): WindowEvidence {
  const pick = <T>(list: ArrayLike<T>): T[] => order.map((i) => list[i] as T);
  const processes = requests.processes && Uint32Array.from(pick(requests.processes));
  return {
    ...rest,
    requests: {
      ...requests,
      startUnixNanos: BigInt64Array.from(pick(requests.startUnixNanos)),
      durationNanos: Float64Array.from(pick(requests.durationNanos)),
      traceIds: pick(requests.traceIds),
      routes: pick(requests.routes),
      platforms: pick(requests.platforms),
      processes,
    },
  };
}

test('property: the order of requests and of platforms changes nothing', () => {
  const plain = comparePlatforms(small);
  const { evidence, facts } = small.window;
  const seeded = integer({ min: 1, max: 1e6 });
  assert(
    property(seeded, (seed) => {
      // The first one stays: times are counted from it, and other sums round otherwise.
      const key = (i: number): number => (i === 0 ? -1 : (i * 7919 + seed) % 1013);
      const order = Array.from(evidence.requests.durationNanos.keys()).sort((a, b) => key(a) - key(b) || a - b);
      const window = { evidence: reordered(evidence, order), facts: seed % 2 === 0 ? facts : facts.toReversed() };
      expect(comparePlatforms({ ...small, window })).toEqual(plain);
    }),
    { numRuns: 5 },
  );
});

test('property: all times scaled by one number give the same ratios, verdicts and shares', () => {
  const plain = comparePlatforms(small).platforms.map((each) => each.against);
  const { evidence, facts } = small.window;
  // Powers of two scale doubles exactly.
  assert(
    property(constantFrom(0.25, 0.5, 2, 4), (by) => {
      const { requests, waits } = evidence;
      const scaled = {
        ...evidence,
        requests: { ...requests, durationNanos: requests.durationNanos.map((nanos) => nanos * by) },
        waits: {
          ...waits,
          waitNanos: waits.waitNanos.map((nanos) => nanos * by),
          // A wait begins within its request: moved with it.
          startUnixNanos: waits.startUnixNanos.map((start, w) => {
            const begin = requests.startUnixNanos[requests.traceIds.indexOf(waits.traceIds[w] ?? '')] ?? 0n;
            return begin + BigInt(Math.floor(Number(start - begin) * by));
          }),
        },
      };
      const told = comparePlatforms({ ...small, window: { evidence: scaled, facts } }).platforms.map((e) => e.against);
      told.forEach((each, i) => {
        expect(each?.verdict).toBe(plain[i]?.verdict);
        expect(each?.waiting).toEqual(plain[i]?.waiting);
        if (each?.wait !== undefined) expect(each.wait.value).toBeCloseTo(plain[i]?.wait?.value ?? 0, 6);
        if (each?.own !== undefined) expect(each.own.high).toBeCloseTo(plain[i]?.own?.high ?? 0, 6);
      });
    }),
    { numRuns: 4 },
  );
});
