/** What rows are drawn from. */
import type { Chance } from './chance.ts';
import type { Requests } from './requests.ts';
import type { ServiceModel } from './service-model.ts';

export interface Drawn {
  readonly chance: Chance;
  readonly service: ServiceModel;
  readonly requests: Requests;
  /** unix nanoseconds, ascending: a row each */
  readonly times: readonly bigint[];
}

export function pickFrom<T>(list: readonly T[], i: number): T {
  const found = list[i];
  if (found === undefined) throw new Error(`no element ${i} of ${list.length}`);
  return found;
}
