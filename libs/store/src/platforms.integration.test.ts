/** Two platforms, planted, on the real engine: what is counted of each, and the comparison from end to end. */
import { BINDINGS, LOCK_KINDS, MAP_EVENT_KINDS, NANOS_PER_SECOND, TRACE_SOURCES } from '@mapscope/events';
import { askPlatforms } from '@mapscope/rootcause';
import { beforeAll, expect, test } from 'vitest';
import { plantedFrom } from './testdata/planted.ts';
import { type PlantedRow, rowsBlock } from './testdata/rows-block.ts';
import { openTestStore } from './testdata/test-store.ts';

const AMD64 = 'arch=amd64;cpu=AuthenticAMD;level=x86-64-v4;go=1.24.4;kernel=6.12;part=26.2;ext=none;page=4k;emu=no;v=2';
const ARM64 = 'arch=arm64;cpu=ARM;level=armv8.2;go=1.24.4;kernel=6.12;part=neoverse-n1;ext=lse;page=4k;emu=no;v=2';
const PLATFORMS = [AMD64, ARM64] as const;
const BUILD = 'x.io/order@v1.4.2 3f2a9c01d4e5';
const from = plantedFrom();
const SECONDS = 60n;
const query = { service: 'order', window: { fromUnixNanos: from, toUnixNanos: from + SECONDS * NANOS_PER_SECOND } };
const before = { fromUnixNanos: from - SECONDS * NANOS_PER_SECOND, toUnixNanos: from };

/** Per platform and window. */
const REQUESTS = 600;
const WAIT = { amd64: 4_000_000, arm64: 10_000_000 } as const;
const GET = {
  waiter_function: 'x.io/order/cache.(*Cache).Get',
  waiter_file: '/src/cache.go',
  waiter_line: 42,
} as const;
const MU = 0xc0_0001_2340n;

const each = <T>(of: (i: number) => T): T[] => Array.from({ length: REQUESTS }, (_, i) => of(i));
const step = (SECONDS * NANOS_PER_SECOND) / BigInt(REQUESTS);
const trace = (platform: number, window: number, i: number): string =>
  (((platform + 1) * 10 + window) * 100_000 + i).toString(16);

function requests(platform: number, window: number): readonly PlantedRow[] {
  const start = window === 0 ? before.fromUnixNanos : from;
  return each((i) => ({
    ts: start + BigInt(i) * step,
    platform: PLATFORMS[platform] ?? '',
    route: '/order',
    duration_ns: 8_000_000 + (i % 100) * 10_000 + waitOf(platform, window, i),
    trace_id: trace(platform, window, i),
    span_id: trace(platform, window, i),
    trace_source: TRACE_SOURCES.traceparent,
    pid: 100 + platform,
    goid: i + 1,
  }));
}

/** Every third waits; arm64 waits two and a half times as long as amd64, and only in the later window. */
function waitOf(platform: number, window: number, i: number): number {
  if (i % 3 !== 0) return 0;
  const usual = platform === 1 && window === 1 ? WAIT.arm64 : WAIT.amd64;
  return usual + (i % 50) * 20_000;
}

const waits = (platform: number, window: number): readonly PlantedRow[] =>
  requests(platform, window).flatMap((row, i) => {
    const wait = waitOf(platform, window, i);
    const { ts = 0, trace_id, span_id } = row;
    if (wait === 0) return [];
    const lock = { lock_kind: LOCK_KINDS.mutex, lock_addr: i % 30 === 0 ? MU + 16n : MU, wait_ns: wait };
    const at = i % 30 === 0 ? { ...GET, waiter_line: 90 } : GET;
    const bound = {
      binding: BINDINGS.exact,
      waiter_goid: i + 1,
      pid: 100 + platform,
      platform: PLATFORMS[platform] ?? '',
    };
    return [
      { ...at, ...lock, ...bound, trace_id: trace_id ?? '', span_id: span_id ?? '', ts: BigInt(ts) + 1_000_000n },
    ];
  });

/** Two reports of each process, at the begin and at the end of the later window. */
const status: readonly PlantedRow[] = [0, 1].flatMap((platform) =>
  [0n, SECONDS].map((second) => ({
    ts: from + second * NANOS_PER_SECOND - (second === 0n ? 0n : 1n),
    platform: PLATFORMS[platform] ?? '',
    family: 'http_requests',
    state: 'attached',
    pid: 100 + platform,
    build: BUILD,
    cpu_ns:
      second === 0n
        ? 5_000_000_000n
        : 5_000_000_000n + BigInt(REQUESTS - 1) * (platform === 0 ? 5_000_000n : 6_000_000n),
  })),
);

const { count, conflict } = MAP_EVENT_KINDS;
const maps: readonly PlantedRow[] = [
  { ts: from, platform: AMD64, kind: count, count: 5000 },
  { ts: from, platform: AMD64, kind: conflict },
  { ts: from, platform: ARM64, kind: count, count: 400 },
];

const world = await openTestStore();

beforeAll(async () => {
  await world.store.migrate();
  const { insertBlocks } = world.store;
  const both = [0, 1].flatMap((platform) => [0, 1].map((window) => [platform, window] as const));
  const all = (of: (platform: number, window: number) => readonly PlantedRow[]): readonly PlantedRow[] =>
    both.flatMap(([platform, window]) => of(platform, window));
  await insertBlocks('http_requests', [rowsBlock('http_requests', all(requests))], 'platforms-1');
  await insertBlocks('lock_waits', [rowsBlock('lock_waits', all(waits))], 'platforms-2');
  await insertBlocks('agent_status', [rowsBlock('agent_status', status)], 'platforms-3');
  await insertBlocks('map_events', [rowsBlock('map_events', maps)], 'platforms-4');
});

test('of each platform its requests, processes, build, CPU time and map conflicts are counted', async () => {
  const facts = await world.store.platforms.platformFacts(query);
  const usual = { requests: REQUESTS, processes: 1, builds: [BUILD] };
  expect(facts).toEqual([
    {
      ...usual,
      platform: AMD64,
      cpu: { nanos: 2_995_000_000, requests: REQUESTS },
      mapOperations: 5000,
      mapConflicts: 1,
    },
    {
      ...usual,
      platform: ARM64,
      cpu: { nanos: 3_594_000_000, requests: REQUESTS },
      mapOperations: 400,
      mapConflicts: 0,
    },
  ]);
  const none = await world.store.platforms.platformFacts({ ...query, service: "it's" });
  expect(none).toEqual([]);
  const [alone, ...others] = await world.store.platforms.platformFacts({ ...query, platform: ARM64, route: '/order' });
  expect([alone?.platform, others]).toEqual([ARM64, []]);
});

test('locks of one process in one line of 64 bytes are found, with who waited there', async () => {
  const lines = await world.store.platforms.sharedLines(query);
  expect(lines.map(({ platform }) => platform).toSorted()).toEqual([...PLATFORMS]);
  expect(lines[0]?.lineAddress).toBe('0x000000c000012340');
  expect(lines[0]?.locks.map(({ address, waiter, waits: times }) => [address, waiter.line, times])).toEqual([
    ['0x000000c000012340', 42, 180],
    ['0x000000c000012350', 90, 20],
  ]);
});

test('the comparison over the store: the planted ratio, the CPU that does not explain it, and the platform that changed', async () => {
  const { evidence, platforms } = world.store;
  const answer = await askPlatforms({ ...query, baseline: before }, { evidence, platforms, seed: 1 });
  expect(answer.reference).toBe(AMD64);
  const [amd64, arm64] = answer.platforms;
  expect(arm64?.against?.verdict).toBe('waits-longer');
  const planted = mean(1) / mean(0);
  expect(arm64?.against?.wait?.value).toBeCloseTo(planted, 3);
  expect(arm64?.against?.wait?.low).toBeLessThan(planted);
  expect(arm64?.against?.sentence).toContain('not explained by CPU speed: on-CPU time per request differs 1.2×');
  expect([amd64?.ownBaseline?.verdict, arm64?.ownBaseline?.verdict]).toEqual(['no-difference', 'waits-longer']);
  expect(answer.hints[0]).toMatchObject({ platform: ARM64, waiter: { function: GET.waiter_function } });
  expect(answer.hints[0]?.sharedLines.length).toBe(2);
});

/** of the later window, with requests that do not wait */
const mean = (platform: number): number =>
  each((i) => waitOf(platform, 1, i)).reduce((sum, nanos) => sum + nanos, 0) / REQUESTS;
