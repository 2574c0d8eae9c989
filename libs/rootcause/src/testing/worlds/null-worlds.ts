/** Worlds in which nobody that the probes see is to blame, each with a lie that points at somebody. */
import { seededRng } from '../../statistics/rng.ts';
import type { Findings, StopColumns } from '../../evidence.ts';
import { GET, MS, PROCESS, PUT, REBUILD, usualNanos, WHOLE, windowsOf } from '../planted.ts';
import type { Comparison, PlantedRequest, PlantedWait, Service } from '../planted.ts';
import { distractorsOf } from './distractors.ts';
import { between, effect, frame, MEDIAN_NANOS } from './world.ts';
import type { Draw, Size, World } from './world.ts';

/** Slow where no probe looks: a socket, a file. */
const unseen =
  ({ share, extraNanos }: Size): Service =>
  ({ rng }) => ({
    durationNanos: usualNanos(rng, MEDIAN_NANOS) + (rng() < share ? extraNanos * between(rng, 0.5, 1.5) : 0),
  });

const usual = unseen({ share: 0, extraNanos: 0 });

const meeting =
  (service: Service, waitsOf: (request: PlantedRequest, rng: () => number) => readonly PlantedWait[]): Service =>
  (context) => {
    const request = service(context);
    return { ...request, waits: waitsOf(request, context.rng) };
  };

type Lie = (size: Size, rng: () => number) => Pick<Comparison, 'before' | 'during'> & Partial<Comparison>;

/** Nothing happens at all. */
const quiet: Lie = () => ({ before: usual, during: usual });

/** Only the distractors lie. */
const slow: Lie = (size) => ({ before: usual, during: unseen(size) });

const briefly = ({ durationNanos }: PlantedRequest, rng: () => number): readonly PlantedWait[] => [
  { at: GET, offsetNanos: 0, waitNanos: Math.min(durationNanos, 8 * MS * rng()) },
];

/** A lock that every request waits for, before as now, and which is busier than the threshold. */
const alwaysBusy: Lie = (size) => ({ before: meeting(usual, briefly), during: meeting(unseen(size), briefly) });

const upTo =
  (longestMs: number) =>
  (_: PlantedRequest, rng: () => number): readonly PlantedWait[] => [
    { at: GET, offsetNanos: MS, waitNanos: longestMs * MS * rng(), schedNanos: 0.4 * MS * rng() },
  ];

/** CPUs are busy now and the lock is waited for three times as long: still a small part of it. */
const busyCpu: Lie = (size) => ({ before: meeting(usual, upTo(1)), during: meeting(unseen(size), upTo(3)) });

/** Half of each request is a call to one host and help for the collector, before as now, and no longer than before. */
const calling =
  (service: Service): Service =>
  (context) => {
    const request = service(context);
    const durationNanos = Math.min(request.durationNanos, MEDIAN_NANOS) * between(context.rng, 0.2, 0.3);
    const call = { kind: 'call', host: 'user:8080', offsetNanos: 0, durationNanos } as const;
    return { ...request, stretches: [call, { kind: 'assist', offsetNanos: durationNanos, durationNanos }] };
  };

const alwaysCalling: Lie = (size) => ({ before: calling(usual), during: calling(unseen(size)) });

/** Goroutines that a request started call a host for all of its time; whether it waits for them nobody knows. */
const childrenCall: Lie = (size) => ({
  before: usual,
  during: (context) => {
    const request = unseen(size)(context);
    const { durationNanos } = request;
    return {
      ...request,
      stretches: [{ kind: 'call', host: 'mail:25', binding: 'inherited', offsetNanos: 0, durationNanos }],
    };
  },
});

/** Twenty stops of a millisecond every second, before as now: a slow request meets more of them. */
const stopsAsEver: Lie = (size) => ({
  before: usual,
  during: unseen(size),
  findings: { before: { stops: stopsIn(0) }, during: { stops: stopsIn(1) } },
});

function stopsIn(window: 0 | 1): StopColumns {
  const from = windowsOf(60)[window].fromUnixNanos;
  const n = 60 * 20;
  return {
    processes: new Uint32Array(n).fill(PROCESS),
    startUnixNanos: BigInt64Array.from({ length: n }, (_, i) => from + BigInt(i) * 50_000_000n),
    durationNanos: new Float64Array(n).fill(MS),
  };
}

const running =
  (service: Service): Service =>
  (context) => {
    const durationNanos = 3 * MS * context.rng();
    return { ...service(context), stretches: [{ kind: 'running', offsetNanos: 0, durationNanos }] };
  };

/** Both windows lie in one dump. */
const RECORDED: Partial<Findings> = { recorded: [{ process: PROCESS, window: windowsOf(120)[0] }] };

/** Dumps show every goroutine, and slow ones wait for a socket: neither a channel nor a CPU. */
const recordedSocket: Lie = (size) => ({
  before: running(usual),
  during: running(unseen(size)),
  findings: { before: RECORDED, during: RECORDED },
});

/** A route that always waits for a lock gets more traffic. */
const trafficMix: Lie = ({ extraNanos }, rng) => {
  const during = between(rng, 0.1, 0.4);
  const report =
    (share: number): Service =>
    (context) => {
      const durationNanos = usualNanos(context.rng, MEDIAN_NANOS);
      if (context.rng() >= share) return { durationNanos, route: 'GET /order' };
      const waitNanos = extraNanos * between(context.rng, 0.5, 1.5);
      const waits = [{ at: GET, by: REBUILD, offsetNanos: 0, waitNanos }];
      return { durationNanos: durationNanos + waitNanos, route: 'GET /report', waits };
    };
  return { before: report(0.008), during: report(during) };
};

const rare =
  (moreNanos: number): Service =>
  ({ rng }) => {
    const waitNanos = rng() < 0.02 ? 200 * MS * between(rng, 0.5, 1.5) : 0;
    const waits = waitNanos > 0 ? [{ at: GET, by: REBUILD, offsetNanos: 0, waitNanos }] : [];
    return { durationNanos: usualNanos(rng, MEDIAN_NANOS) + waitNanos + moreNanos, waits };
  };

/** One in fifty waits long for a lock, before as now; everything gets slower. */
const rareAsEver: Lie = ({ extraNanos }) => ({ before: rare(0), during: rare(extraNanos / 3) });

/** It is the fast requests that wait, and newly so. */
const fastOnesWait: Lie = (size) => ({
  before: usual,
  during: meeting(unseen(size), ({ durationNanos }, rng) =>
    durationNanos < 2 * MEDIAN_NANOS ? [{ at: PUT, offsetNanos: 0, waitNanos: 6 * MS * rng() }] : [],
  ),
});

/** The culprit would be plain, but half of what happened is not in the store. */
const coverageLoss: Lie = ({ share, extraNanos }, rng) => ({
  before: usual,
  during: meeting(unseen({ share, extraNanos }), ({ durationNanos }) =>
    durationNanos > 3 * MEDIAN_NANOS ? [{ at: GET, offsetNanos: 0, waitNanos: durationNanos * 0.9 }] : [],
  ),
  coverage: { ...WHOLE, ringLost: Math.round(WHOLE.ringSubmitted * between(rng, 0.06, 1)) },
});

/** Two goroutines in one map, seen and survived, and a crash long before that slowed nobody. */
const survivedConflict: Lie = (size) => ({
  before: usual,
  during: unseen(size),
  findings: {
    during: {
      conflicts: [{ mapType: 'map[string]int', mapAddress: '0x1', site: PUT, other: REBUILD, count: 9 }],
      crashes: [{ unixNanos: windowsOf(60)[1].fromUnixNanos + 1_000_000_000n, message: 'concurrent map writes' }],
    },
  },
});

const LIES: Readonly<Record<string, Lie>> = {
  quiet,
  slow,
  'always busy': alwaysBusy,
  'busy CPU, innocent lock': busyCpu,
  'always calling': alwaysCalling,
  'children call': childrenCall,
  'stops as ever': stopsAsEver,
  'recorded, a socket': recordedSocket,
  'traffic mix': trafficMix,
  'rare as ever': rareAsEver,
  'fast ones wait': fastOnesWait,
  'coverage loss': coverageLoss,
  'survived conflict': survivedConflict,
};

const lied =
  (name: string, lie: Lie): Draw =>
  (seed): World => {
    const rng = seededRng(seed);
    const among = distractorsOf(rng);
    const plan = lie(effect(rng), rng);
    return {
      name,
      verdict: 'unexplained',
      plan: { ...frame(seed), ...plan, before: among(plan.before), during: among(plan.during) },
    };
  };

export const NULL_WORLDS: readonly Draw[] = Object.entries(LIES).map(([name, lie]) => lied(name, lie));
