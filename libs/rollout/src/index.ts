export { plan } from './plan.ts';
export type { Action, Situation, StopReason } from './plan.ts';
export { isExpired, parseWanted, WANTED_STATES } from './wanted.ts';
export type { Wanted, WantedState } from './wanted.ts';
export { matches, parseSelector } from './selector.ts';
export type { ProcessFacts, Selector } from './selector.ts';
