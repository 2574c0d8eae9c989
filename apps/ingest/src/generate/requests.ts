/**
 * Requests that a service works on at a time. An event belongs to one of them; a request has about so many events, then
 * another one takes its place. Pure but for the chance passed in.
 */
import { type Chance, below } from './chance.ts';
import type { ServiceModel } from './service-model.ts';

export interface Request {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId: Uint8Array;
  readonly goid: bigint;
  /** index of the service's routes */
  readonly route: number;
}

const AT_ONCE = 64;
const NO_SPAN = new Uint8Array(8);

export function bytes(chance: Chance, width: number): Uint8Array {
  const made = new Uint8Array(width);
  for (let i = 0; i < width; i++) made[i] = below(chance, 256);
  return made;
}

/** Go hands out numbers in order, sixteen to a processor at a time (runtime/proc.go, newproc1), so those alive are close. */
const GOIDS_A_REQUEST = 40;

export function newRequest(chance: Chance, service: ServiceModel, lastGoid = 0n): Request {
  return {
    traceId: bytes(chance, 16),
    spanId: bytes(chance, 8),
    // Half come from a caller that has a span.
    parentSpanId: chance() < 0.5 ? bytes(chance, 8) : NO_SPAN,
    goid: lastGoid + BigInt(1 + below(chance, GOIDS_A_REQUEST)),
    route: service.route(chance),
  };
}

export interface Requests {
  /** the one that the next event belongs to */
  readonly next: () => Request;
  /** another one that is under way: who holds the lock, who wrote to the map */
  readonly other: () => Request;
}

export function requestsOf(chance: Chance, service: ServiceModel, eventsARequest: number): Requests {
  let newest: Request | undefined;
  const begin = (): Request => (newest = newRequest(chance, service, newest?.goid));
  const slots = Array.from({ length: AT_ONCE }, begin);
  const pick = (slot: number): Request => slots[slot] ?? begin();
  return {
    next: () => {
      const slot = below(chance, AT_ONCE);
      const request = pick(slot);
      if (chance() < 1 / eventsARequest) slots[slot] = begin();
      return request;
    },
    other: () => pick(below(chance, AT_ONCE)),
  };
}
