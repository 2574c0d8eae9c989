/** GET /api/v1/compare/platforms over the real engine: a planted ratio, an emulated machine, and what is refused. */
import { comparePlatformsAnswer, PROBLEM_CONTENT_TYPE } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { freshStore, isGiven, realNow, reason } from '../testing/engine-world.ts';
import { block, type PlantedRow, requestRow, waitRow } from '../testing/planted-rows.ts';
import { runningApi } from '../testing/running-api.ts';

const AMD64 = 'arch=amd64;cpu=AuthenticAMD;level=x86-64-v4;go=1.24.4;kernel=6.12;part=26.2;ext=none;page=4k;emu=no;v=2';
const ARM64 = 'arch=arm64;cpu=ARM;level=armv8.2;go=1.24.4;kernel=6.12;part=neoverse-n1;ext=lse;page=4k;emu=no;v=2';
const EMULATED = ARM64.replace('emu=no', 'emu=tcg');
const BUILD = 'x.io/order@v1.4.2 3f2a9c01d4e5';
const REQUESTS = 400;
const MINUTE = 60_000_000_000n;

interface Machine {
  readonly platform: string;
  readonly pid: number;
  readonly waitNanos: number;
}

function rowsOf({ platform, pid, waitNanos }: Machine, from: bigint) {
  const planted = Array.from({ length: REQUESTS }, (_, i) => {
    const wait = i % 3 === 0 ? waitNanos + (i % 40) * 20_000 : 0;
    const startUnixNanos = from + (BigInt(i) * MINUTE) / BigInt(REQUESTS);
    const traceId = (pid * 100_000 + i + 1).toString(16).padStart(32, '0');
    return { startUnixNanos, durationNanos: 8_000_000 + (i % 60) * 10_000 + wait, waitNanos: wait, traceId };
  });
  const own = { platform, pid };
  const requests: PlantedRow[] = planted.map((one) => ({ ...requestRow(one), ...own }));
  const waits: PlantedRow[] = planted.filter((one) => one.waitNanos > 0).map((one) => ({ ...waitRow(one), ...own }));
  const status: PlantedRow = {
    ...waitRow(planted[0] as never),
    ...own,
    ts: from + MINUTE / 2n,
    family: 'lock_waits',
    state: 'attached',
    build_id: 'b',
    shed_state: '',
    build: BUILD,
  };
  return { requests, waits, status };
}

async function apiOver(machines: readonly Machine[]) {
  const { store, database } = await freshStore();
  const now = realNow();
  const from = now - 5n * MINUTE;
  const all = machines.map((machine) => rowsOf(machine, from));
  const insert = (kind: 'http_requests' | 'lock_waits' | 'agent_status', rows: readonly PlantedRow[]): Promise<void> =>
    store.insertBlocks(kind, [block(kind, rows)], `${database}_${kind}`);
  await insert(
    'http_requests',
    all.flatMap(({ requests }) => requests),
  );
  await insert(
    'lock_waits',
    all.flatMap(({ waits }) => waits),
  );
  await insert(
    'agent_status',
    all.map(({ status }) => status),
  );
  const { get } = await runningApi({
    store,
    clock: { unixNanos: () => now, monotonicNanos: () => process.hrtime.bigint() },
  });
  const window = `from=${String(from / 1_000_000n)}&to=${String((from + MINUTE) / 1_000_000n)}`;
  const compare = async (more = '') => {
    const response = await get(`/api/v1/compare/platforms?service=order&${window}${more}`);
    expect(response.status).toBe(200);
    return comparePlatformsAnswer.parse(await response.json());
  };
  return { compare, get, window };
}

const amd64: Machine = { platform: AMD64, pid: 11, waitNanos: 3_000_000 };
const arm64: Machine = { platform: ARM64, pid: 22, waitNanos: 8_000_000 };

test.skipIf(!isGiven)(
  `two platforms: the dearer one is named, with its ratio and what it is not${reason}`,
  async () => {
    const { compare, get, window } = await apiOver([amd64, arm64]);
    const answer = await compare();
    expect(answer.platforms.map(({ label, builds }) => [label, builds])).toEqual([
      ['amd64', [BUILD]],
      ['arm64', [BUILD]],
    ]);
    expect(answer.sentence).toMatch(
      /^arm64 waits 2(\.\d)?× \[\d\.?\d?, \d\.?\d?\] longer on locks than amd64; same build, same load; not explained by CPU speed: /,
    );
    expect(answer.platforms[1]?.attributes).toMatchObject({ 'host.arch': 'arm64', 'host.cpu.model.id': 'neoverse-n1' });
    expect(answer.hints[0]?.sentence).toMatch(/^A hint, not a verdict: /);
    const atSite = await compare(`&site=${encodeURIComponent('(*Cache).Get:42')}`);
    expect(atSite.platforms[1]?.against?.verdict).toBe('waits-longer');
    const elsewhere = await compare('&site=other.go');
    expect(elsewhere.platforms[1]?.against?.verdict).toBe('no-difference');
    const refused = await get(`/api/v1/compare/platforms?service=order&${window}&baselineFrom=now-5m&baselineTo=now`);
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      400,
      expect.stringContaining(PROBLEM_CONTENT_TYPE),
    ]);
    expect(JSON.stringify(await refused.json())).toContain('baseline and window overlap');
  },
);

test.skipIf(!isGiven)(`an emulated machine: counts and shares only, and that is said${reason}`, async () => {
  const { compare } = await apiOver([amd64, { ...arm64, platform: EMULATED, waitNanos: 90_000_000 }]);
  const { platforms, hints, sentence } = await compare();
  const emulated = platforms.find((one) => one.emulated);
  expect(emulated?.against).toMatchObject({ verdict: 'shares-only', wait: null, p99: null, own: null, cpu: null });
  expect(emulated?.against?.waiting?.value).toBe(0);
  expect(sentence).toContain('not comparable: emulated (arm64: tcg); counts and shares only');
  expect(hints).toEqual([]);
});
