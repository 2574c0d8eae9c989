/**
 * Services as they are found in the field: few routes take most requests, few lines most lock waits. Everything about a
 * service follows from its number and the seed. Pure.
 */
import { LOCK_KINDS, platformTag } from '@mapscope/events';
import { type Chance, below, logNormal, seeded, zipf } from './chance.ts';

export interface Line {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly stacks: readonly bigint[];
}

export interface LockSite extends Line {
  readonly kind: number;
  /** usually one lock; some sites guard one of many shards */
  readonly addresses: readonly bigint[];
  readonly medianWaitNanos: number;
  /** the lines that let go of it */
  readonly holders: readonly Line[];
}

export interface MapSite extends Line {
  readonly type: string;
  readonly keyClass: string;
  readonly addresses: readonly bigint[];
  readonly lock: LockSite;
}

export interface Route {
  readonly method: string;
  readonly pattern: string;
  readonly medianNanos: number;
}

export interface ServiceModel {
  readonly name: string;
  readonly platform: string;
  readonly pid: number;
  readonly routes: readonly Route[];
  readonly route: (chance: Chance) => number;
  readonly locks: readonly LockSite[];
  readonly lock: (chance: Chance) => number;
  readonly maps: readonly MapSite[];
  readonly map: (chance: Chance) => number;
}

const NAMES = ['order', 'cart', 'payment', 'catalog', 'search', 'user', 'session', 'stock', 'price', 'mail'];
const THINGS = ['Cache', 'Index', 'Registry', 'Pool', 'Store', 'Limiter', 'Quotes', 'Ledger'];
const VERBS = ['Get', 'Put', 'Update', 'Evict', 'Snapshot', 'Flush'];
const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT'];
/** Lines of one service. Go services have few hot locks and tens of used ones. */
const [ROUTES, LOCKS, MAPS] = [20, 30, 20];
/** In a Go heap: arenas of 64 MiB from 0xc000000000 on (runtime/malloc.go), objects aligned to 8 bytes. */
const HEAP = 0xc0_0000_0000n;

const at = <T>(list: readonly T[], i: number): T => {
  const found = list[i % list.length];
  if (found === undefined) throw new Error('an empty list has no element');
  return found;
};

export function makeService(number: number, seed: number): ServiceModel {
  const chance = seeded(Math.imul(seed + 1, 0x9e37_79b1) + number);
  const round = Math.floor(number / NAMES.length);
  const locks = Array.from({ length: LOCKS }, (_, i) => lockSite(chance, i));
  return {
    name: `${at(NAMES, number)}${round === 0 ? '' : `-${round}`}`,
    platform: platformTag(number % 4 === 3 ? ARM : X86),
    pid: 1000 + below(chance, 30_000),
    routes: Array.from({ length: ROUTES }, (_, i) => route(chance, i)),
    route: zipf(ROUTES),
    locks,
    lock: zipf(LOCKS),
    maps: Array.from({ length: MAPS }, (_, i) => mapSite(chance, i, at(locks, i))),
    map: zipf(MAPS),
  };
}

const X86 = {
  arch: 'amd64',
  cpuVendor: 'AuthenticAMD',
  level: 'x86-64-v4',
  goVersion: '1.24.4',
  kernel: '6.12',
} as const;
const ARM = { arch: 'arm64', cpuVendor: 'ARM', level: 'armv8.2', goVersion: '1.25.1', kernel: '6.12' } as const;

const address = (chance: Chance): bigint => HEAP + BigInt(below(chance, 2 ** 26)) * 8n;
const stack = (chance: Chance): bigint => (BigInt(below(chance, 2 ** 32)) << 32n) | BigInt(below(chance, 2 ** 32));
const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make);

function line(chance: Chance, i: number, verb: string): Line {
  const thing = at(THINGS, i);
  const file = `github.com/acme/shop/internal/${thing.toLowerCase()}/${thing.toLowerCase()}.go`;
  return {
    function: `github.com/acme/shop/internal/${thing.toLowerCase()}.(*${thing}).${verb}`,
    file,
    line: 20 + below(chance, 400),
    stacks: times(1 + below(chance, 4), () => stack(chance)),
  };
}

function lockSite(chance: Chance, i: number): LockSite {
  const kinds = [LOCK_KINDS.mutex, LOCK_KINDS.mutex, LOCK_KINDS.rwmutex_read, LOCK_KINDS.rwmutex_write];
  return {
    ...line(chance, i, at(VERBS, below(chance, VERBS.length))),
    kind: at(kinds, below(chance, kinds.length)),
    addresses: times(i % 5 === 4 ? 32 : 1, () => address(chance)),
    medianWaitNanos: logNormal(chance, 40_000, 1),
    holders: times(1 + below(chance, 3), () => line(chance, i, at(VERBS, below(chance, VERBS.length)))),
  };
}

function mapSite(chance: Chance, i: number, lock: LockSite): MapSite {
  return {
    ...line(chance, i, at(VERBS, below(chance, VERBS.length))),
    type: at(['map[string]*shop.Item', 'map[string]int', 'map[int64][]byte', 'map[shop.Key]time.Time'], i),
    keyClass: at(['string 9-16', 'string 1-8', 'int64', 'struct 24'], i),
    addresses: times(i % 4 === 3 ? 16 : 1, () => address(chance)),
    lock,
  };
}

function route(chance: Chance, i: number): Route {
  const thing = at(THINGS, i).toLowerCase();
  const root = `/api/v${1 + Math.floor(i / THINGS.length)}/${thing}/{id}`;
  const pattern = i % 2 === 0 ? root : `${root}/${at(VERBS, i).toLowerCase()}`;
  return { method: at(METHODS, below(chance, METHODS.length)), pattern, medianNanos: logNormal(chance, 4e6, 0.8) };
}
