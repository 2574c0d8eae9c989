/** Worlds with one culprit, of every verdict that blames, among distractors. */
import type { Findings } from '../../evidence.ts';
import { seededRng } from '../../statistics/rng.ts';
import type { Rng } from '../../statistics/rng.ts';
import { GET, MS, PROCESS, PUT, REBUILD, site, usualNanos, windowsOf } from '../planted.ts';
import type { Comparison, PlantedRequest, PlantedStretch, PlantedWait, Service } from '../planted.ts';
import { distractorsOf } from './distractors.ts';
import { between, effect, frame, MEDIAN_NANOS } from './world.ts';
import type { Draw, Size, World } from './world.ts';

const SEND = site('queue.(*Queue).Push', 19);
const HOST = 'stock:8080';

/** What a request meets for so long, on top of its own time. */
type Meets = (nanos: number, at: number, rng: Rng) => Pick<PlantedRequest, 'waits' | 'stretches'>;

const own = (rng: Rng): number => usualNanos(rng, MEDIAN_NANOS);

const usual: Service = ({ rng }) => ({ durationNanos: own(rng) });

/** `share` of the requests meet it, for `extraNanos` ± 50 %. */
const hit =
  ({ share, extraNanos }: Size, meets: Meets): Service =>
  ({ rng }) => {
    const durationNanos = own(rng);
    if (rng() >= share) return { durationNanos };
    const nanos = extraNanos * between(rng, 0.5, 1.5);
    return { durationNanos: durationNanos + nanos, ...meets(nanos, durationNanos / 2, rng) };
  };

const waits =
  (wait: Partial<PlantedWait>): Meets =>
  (waitNanos, offsetNanos) => ({ waits: [{ at: GET, by: REBUILD, offsetNanos, waitNanos, ...wait }] });

const stretches =
  (stretch: Pick<PlantedStretch, 'kind' | 'host' | 'site'>): Meets =>
  (durationNanos, offsetNanos) => ({ stretches: [{ ...stretch, offsetNanos, durationNanos }] });

const hotShard: Meets = (waitNanos, offsetNanos, rng) => {
  const lock = `0x${(rng() < 0.85 ? 8 : 1 + Math.floor(rng() * 16)).toString(16)}`;
  return { waits: [{ at: GET, by: GET, lock, kind: 'mutex', offsetNanos, waitNanos }] };
};

/** A tenth of a millisecond for the lock, the rest for a CPU. */
const delayed: Meets = (nanos, offsetNanos) => ({
  waits: [{ at: GET, by: GET, offsetNanos, waitNanos: 0.1 * MS, schedNanos: nanos - 0.1 * MS }],
});

/** Two causes in the same requests, 60 : 40, one after the other. */
const twoCauses: Meets = (nanos, offsetNanos) => ({
  waits: [{ at: GET, by: REBUILD, offsetNanos, waitNanos: nanos * 0.6 }],
  stretches: [{ kind: 'call', host: HOST, offsetNanos: offsetNanos + nanos * 0.6, durationNanos: nanos * 0.4 }],
});

const recorded = (i: 0 | 1): Partial<Findings> => {
  const { fromUnixNanos, toUnixNanos } = windowsOf(60)[i];
  return { recorded: [{ process: PROCESS, window: { fromUnixNanos, toUnixNanos: toUnixNanos + 60_000_000_000n } }] };
};

const bothRecorded = { before: recorded(0), during: recorded(1) };

/** What is said of a world beside its requests, and what must be found. */
type Truth = Pick<World, 'verdict' | 'culprit'> & Pick<Comparison, 'findings'>;

const planted =
  (name: string, meets: Meets, truth: Truth): Draw =>
  (seed) => {
    const rng = seededRng(seed);
    const among = distractorsOf(rng);
    const { verdict, culprit, findings } = truth;
    const during = among(hit(effect(rng), meets));
    return {
      name,
      verdict,
      culprit,
      plan: { ...frame(seed), before: among(usual), during, ...(findings !== undefined && { findings }) },
    };
  };

/** A crash in the first half; requests are slow for twenty seconds after it. */
const mapConflict: Draw = (seed) => {
  const rng = seededRng(seed);
  const { extraNanos } = effect(rng);
  const at = between(rng, 0.1, 0.4);
  const slow = hit({ share: 0.8, extraNanos }, () => ({}));
  const among = distractorsOf(rng);
  const crash = windowsOf(60)[1].fromUnixNanos + BigInt(Math.round(at * 60e9));
  const conflict = { mapType: 'map[string]int', mapAddress: '0x1', site: PUT, other: REBUILD, count: 3 };
  return {
    name: 'map-conflict',
    verdict: 'map-conflict',
    plan: {
      ...frame(seed),
      before: among(usual),
      during: among((context) => (context.time >= at && context.time < at + 1 / 3 ? slow : usual)(context)),
      findings: {
        during: { crashes: [{ unixNanos: crash, message: 'concurrent map writes' }], conflicts: [conflict] },
      },
    },
  };
};

export const PLANTED_WORLDS: readonly Draw[] = [
  planted('contention', waits({ kind: 'mutex' }), { verdict: 'contention', culprit: GET.function }),
  planted('rw-writer-pending', waits({ kind: 'rwmutex_read', rwState: 'writer_pending' }), {
    verdict: 'rw-writer-pending',
    culprit: GET.function,
  }),
  planted('hot-shard', hotShard, { verdict: 'hot-shard', culprit: GET.function }),
  planted('gc', stretches({ kind: 'assist' }), { verdict: 'gc' }),
  planted('scheduler', delayed, { verdict: 'scheduler' }),
  planted('downstream', stretches({ kind: 'call', host: HOST }), { verdict: 'downstream', culprit: HOST }),
  planted('channel', stretches({ kind: 'channel', site: SEND }), {
    verdict: 'channel',
    culprit: SEND.function,
    findings: bothRecorded,
  }),
  planted('cpu', stretches({ kind: 'running' }), { verdict: 'cpu', findings: { during: recorded(1) } }),
  planted('two causes, 60 : 40', twoCauses, { verdict: 'contention', culprit: GET.function }),
  mapConflict,
];
