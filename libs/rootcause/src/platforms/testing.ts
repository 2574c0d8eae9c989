/** Services on two platforms with a known truth, for tests of comparisons. */
import { NO_FINDINGS } from '../evidence.ts';
import type { WindowEvidence } from '../judge.ts';
import { GET, MS, ORIGIN, plant, usualNanos, WHOLE } from '../testing/planted.ts';
import type { PlantedRequest, Service } from '../testing/planted.ts';
import type { ComparisonEvidence, PlatformWindow } from './compare.ts';
import type { PlatformFacts } from './evidence.ts';

const CPU = 'level=x86-64-v4;go=1.24.4;kernel=6.12;part=26.2;ext=none;page=4k';
export const AMD64 = `arch=amd64;cpu=AuthenticAMD;${CPU};emu=no;v=2`;
export const ARM64 =
  'arch=arm64;cpu=ARM;level=armv8.2;go=1.24.4;kernel=6.12;part=neoverse-n1;ext=lse;page=4k;emu=no;v=2';
export const EMULATED = ARM64.replace('emu=no', 'emu=tcg');
export const BUILD = 'x.io/order@v1.4.2 3f2a9c01d4e5';

export interface World {
  readonly seed: number;
  /** mean wait of ARM64's requests ÷ that of AMD64's */
  readonly waitRatio?: number;
  /** own time likewise */
  readonly ownRatio?: number;
  readonly seconds?: number;
  readonly perSecond?: number;
  /** the other platform */
  readonly other?: string;
  /** requests per request of AMD64 */
  readonly otherShare?: number;
  readonly routeOf?: (isOther: boolean) => string;
  readonly facts?: (facts: PlatformFacts) => PlatformFacts;
}

export function platformService(world: World): Service {
  const { waitRatio = 1, ownRatio = 1, other = ARM64, otherShare = 1, routeOf = () => '/order' } = world;
  return ({ rng }): PlantedRequest => {
    const isOther = rng() < otherShare / (1 + otherShare);
    const own = usualNanos(rng, 8 * MS) * (isOther ? ownRatio : 1);
    const waitNanos = rng() < 0.3 ? usualNanos(rng, 6 * MS, 0.6) * (isOther ? waitRatio : 1) : 0;
    const waits = waitNanos > 0 ? [{ at: GET, offsetNanos: own / 2, waitNanos }] : [];
    const platform = isOther ? other : AMD64;
    return { platform, route: routeOf(isOther), durationNanos: own + waitNanos, waits };
  };
}

export function plantedWindow(world: World, fromUnixNanos = ORIGIN): PlatformWindow {
  const { seed, seconds = 60, perSecond = 70, facts = (same) => same } = world;
  const planted = plant(platformService(world), { fromUnixNanos, seconds, perSecond, seed });
  const window = { fromUnixNanos, toUnixNanos: fromUnixNanos + BigInt(seconds * 1e9) };
  const evidence: WindowEvidence = { window, ...planted, findings: NO_FINDINGS };
  const requests = (platform: string): number => planted.requests.platforms.filter((each) => each === platform).length;
  const platforms = [...new Set(planted.requests.platforms)].map((platform) =>
    facts({ platform, requests: requests(platform), processes: 1, builds: [BUILD], mapOperations: 0, mapConflicts: 0 }),
  );
  return { evidence, facts: platforms };
}

export const plantedComparison = (world: World, more: Partial<ComparisonEvidence> = {}): ComparisonEvidence => ({
  service: 'order',
  window: plantedWindow(world),
  sharedLines: [],
  layouts: [],
  coverage: WHOLE,
  seed: 7,
  ...more,
});
