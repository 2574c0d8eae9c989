/**
 * What is there in every service and is not to blame, before as during: cheap locks taken all the time, hosts that answer as
 * usual, a little help for the collector, goroutines that requests start and do not wait for.
 */
import type { Rng } from '../../statistics/rng.ts';
import { LOG, MS, SESSION, site } from '../planted.ts';
import type { PlantedRequest, PlantedStretch, PlantedWait, Service } from '../planted.ts';
import { between } from './world.ts';

const CHILD = site('mail.(*Pool).Send', 77);
const METRICS = site('metrics.(*Counter).Add', 23);

type Distractor = (request: PlantedRequest, rng: Rng) => Pick<PlantedRequest, 'waits' | 'stretches' | 'platform'>;

/** Cheap but frequent: the longer a request lasts, the more of them it meets. */
const cheapButFrequent: Distractor = ({ durationNanos }, rng) => ({
  waits: Array.from({ length: Math.ceil(durationNanos / (8 * MS)) }, (): PlantedWait => {
    const at = rng() < 0.5 ? LOG : METRICS;
    return { at, by: at, offsetNanos: rng() * durationNanos * 0.9, waitNanos: 0.2 * MS * rng() };
  }),
});

const shardedMap: Distractor = ({ durationNanos }, rng) => ({
  waits: Array.from({ length: 3 }, (): PlantedWait => {
    const lock = `0x${(1 + Math.floor(rng() * 64)).toString(16)}`;
    return { at: SESSION, by: SESSION, lock, offsetNanos: rng() * durationNanos * 0.9, waitNanos: 0.1 * MS * rng() };
  }),
});

const usualHost: Distractor = ({ durationNanos }, rng) => ({
  stretches: [call('user:8080', durationNanos * 0.05, Math.min(durationNanos * 0.3, between(rng, 2, 5) * MS))],
});

const usualAssist: Distractor = ({ durationNanos }, rng) => ({
  stretches:
    rng() < 0.3
      ? [{ kind: 'assist', offsetNanos: durationNanos * 0.4, durationNanos: 0.3 * MS * rng() } satisfies PlantedStretch]
      : [],
});

/** They wait long, and nobody waits for them. */
const children: Distractor = ({ durationNanos }, rng) => ({
  waits: rng() < 0.2 ? [{ at: CHILD, binding: 'inherited', offsetNanos: 0, waitNanos: durationNanos * 2 }] : [],
});

const twoPlatforms: Distractor = (_, rng) => ({ platform: rng() < 0.5 ? 'arch=amd64' : 'arch=arm64' });

const call = (host: string, offsetNanos: number, durationNanos: number): PlantedStretch => ({
  kind: 'call',
  host,
  offsetNanos,
  durationNanos,
});

const ALL: readonly Distractor[] = [cheapButFrequent, shardedMap, usualHost, usualAssist, children, twoPlatforms];

/** About half of them, the same ones for every service of a world. */
export function distractorsOf(rng: Rng): (service: Service) => Service {
  const chosen = ALL.filter(() => rng() < 0.5);
  return (service) => (context) =>
    chosen.reduce((request: PlantedRequest, distract): PlantedRequest => {
      const more = distract(request, context.rng);
      return {
        ...request,
        ...more,
        waits: [...(request.waits ?? []), ...(more.waits ?? [])],
        stretches: [...(request.stretches ?? []), ...(more.stretches ?? [])],
      };
    }, service(context));
}
