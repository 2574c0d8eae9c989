/**
 * How many rows of which service and family a quarter of a second gets. The sum is exact in each; the shares are those of
 * Zipf over services and of SHARES over families, in the long run also where a share is less than a row. Pure.
 */
import { type Chance, seeded } from './chance.ts';
import type { Family } from './workload.ts';

/** The agent hands over what it has every 250 ms. */
export const TICK_MILLIS = 250;
const TICKS_A_SECOND = 1000 / TICK_MILLIS;

/** Of a request: some waits, some operations on maps, a handful of spans. */
const SHARES: Readonly<Record<Family, number>> = { lock: 4, http: 1, map: 4, otel: 5 };

export interface Wanted {
  readonly eventsPerSecond: number;
  readonly services: number;
  readonly families: readonly Family[];
  readonly seed: number;
}

export interface Portion {
  readonly service: number;
  readonly family: Family;
  readonly rows: number;
}

export interface Plan {
  /** of tick 0, 1, 2, …: portions that have rows */
  readonly portions: (tick: number) => readonly Portion[];
}

export function makePlan(wanted: Wanted): Plan {
  const weighed = Array.from({ length: wanted.services }, (_, service) => service).flatMap((service) =>
    wanted.families.map((family) => ({ service, family, weight: SHARES[family] / (service + 1) })),
  );
  const all = weighed.reduce((sum, { weight }) => sum + weight, 0);
  const chance: Chance = seeded(wanted.seed);
  const due = (tick: number): number => Math.floor((wanted.eventsPerSecond * tick) / TICKS_A_SECOND);
  return {
    portions: (tick) => {
      const rows = due(tick + 1) - due(tick);
      // Where the cuts between portions fall is left to chance, so that a share of a tenth of a row is one row in ten.
      let at = chance();
      return weighed.flatMap(({ service, family, weight }) => {
        const from = Math.floor(at + 1e-9);
        at += (rows * weight) / all;
        const mine = Math.floor(at + 1e-9) - from;
        return mine > 0 ? [{ service, family, rows: mine }] : [];
      });
    },
  };
}
