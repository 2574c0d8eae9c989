/**
 * One watch of mapscope.wanted.v1 for all targets of an agent: keeps the last word about every service, so that a
 * process that appears later is told at once, and hands each change to the targets it is about.
 */
import { MapscopeError } from '@mapscope/events';
import { type Control, type WantedChange, makeControl } from './control.ts';

export interface DeskNeeds {
  readonly ttlMillis: number;
  readonly nowUnixMillis: () => number;
  readonly onProblem: (error: Error) => void;
}

export interface OpenControl extends Control, Disposable {}

export interface WantedDesk {
  readonly onWanted: (change: WantedChange) => void;
  readonly open: (service: string, startedUnixMillis: number) => OpenControl;
}

/** Ever switched by anybody: far above what one Kafka topic serves. A word about yet another is not kept, and told. */
const MAX_SERVICES = 10_000;

export function makeWantedDesk(
  { ttlMillis, nowUnixMillis, onProblem }: DeskNeeds,
  maxServices = MAX_SERVICES,
): WantedDesk {
  const words = new Map<string, WantedChange>();
  const controls = new Set<Control>();
  const onWanted = (change: WantedChange): void => {
    if (change.json === null) words.delete(change.service);
    else if (words.has(change.service) || words.size < maxServices) words.set(change.service, change);
    else onProblem(tooMany(change.service, maxServices));
    for (const control of controls) control.onWanted(change);
  };
  const open = (service: string, startedUnixMillis: number): OpenControl => {
    const control = makeControl({ service, ttlMillis, startedUnixMillis, nowUnixMillis, onProblem });
    const word = words.get(service);
    if (word !== undefined) control.onWanted(word);
    controls.add(control);
    return { ...control, [Symbol.dispose]: () => void controls.delete(control) };
  };
  return { onWanted, open };
}

function tooMany(service: string, maxServices: number): MapscopeError {
  const text = `more than ${maxServices} services were switched; a target of "${service}" that appears later will not know: withdraw old wishes`;
  return new MapscopeError('QUERY_INVALID', text, { facts: { service, maxServices } });
}
