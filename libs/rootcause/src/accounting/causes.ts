/**
 * What a request's time can be spent on, under one numbering for both windows: groups of lock sites first (same-lock.ts),
 * then the scheduler, the collector, each host that was called, each line that waited for a channel, and running.
 */
import type { CodeSite, StretchColumns } from '../evidence.ts';
import { STRETCH_KINDS } from '../evidence.ts';
import { siteKey } from './sites.ts';

export type Cause =
  | { readonly kind: 'lock'; readonly group: number }
  | { readonly kind: 'scheduler' }
  | { readonly kind: 'gc' }
  | { readonly kind: 'downstream'; readonly host: string }
  | { readonly kind: 'channel'; readonly site: CodeSite }
  | { readonly kind: 'running' };

export interface Causes {
  readonly all: readonly Cause[];
  readonly scheduler: number;
  readonly collector: number;
  readonly running: number;
  /** per set of stretches, per stretch: its cause */
  readonly ofStretch: readonly Uint32Array[];
  /** see carve.ts */
  readonly ranks: Uint8Array;
}

/**
 * Whoever waits for a lock, a CPU or the collector does nothing else. A round trip waits on channels inside of net/http, so it
 * outranks them; running is what a goroutine does when nothing else is known.
 */
const RANKS: Readonly<Record<Cause['kind'], number>> = {
  running: 0,
  channel: 1,
  downstream: 2,
  scheduler: 3,
  gc: 3,
  lock: 3,
};

/** Hosts and lines beyond these are one, so that a client of many hosts cannot make a cause of each. */
const MAX_NAMES = 200;

export function numberCauses(groups: number, sets: readonly StretchColumns[]): Causes {
  const all: Cause[] = Array.from({ length: groups }, (_, group) => ({ kind: 'lock', group }));
  const scheduler = all.push({ kind: 'scheduler' }) - 1;
  const collector = all.push({ kind: 'gc' }) - 1;
  const running = all.push({ kind: 'running' }) - 1;
  const names = new Map<string, number>();
  const named = (key: string, cause: Cause): number => {
    const known = names.get(key);
    if (known !== undefined) return known;
    const number = all.push(cause) - 1;
    names.set(key, number);
    return number;
  };
  const host = (name: string): number => named(`call ${name}`, { kind: 'downstream', host: name });
  const line = (site: CodeSite): number => named(`channel ${siteKey(site)}`, { kind: 'channel', site });
  const room = (): boolean => names.size < MAX_NAMES;
  const ofStretch = sets.map((set) => {
    const hosts = set.hosts.map((name) => host(room() || names.has(`call ${name}`) ? name : 'other hosts'));
    const sites = set.sites.map((site) => line(room() || names.has(`channel ${siteKey(site)}`) ? site : ELSEWHERE));
    const fixed = { call: scheduler, assist: collector, channel: scheduler, runnable: scheduler, running };
    return Uint32Array.from({ length: set.count }, (_, i) => {
      const kind = STRETCH_KINDS[set.kinds[i] ?? 0] ?? 'call';
      const name = set.names[i] ?? 0;
      if (kind === 'call') return hosts[name] ?? host('');
      return kind === 'channel' ? (sites[name] ?? line(ELSEWHERE)) : fixed[kind];
    });
  });
  return { all, scheduler, collector, running, ofStretch, ranks: Uint8Array.from(all, ({ kind }) => RANKS[kind]) };
}

const ELSEWHERE: CodeSite = { function: '', file: '', line: 0 };
