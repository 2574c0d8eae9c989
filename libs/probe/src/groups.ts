/**
 * What is attached and detached together while a session runs. http and trace are one: what one stores the other reads.
 * Group `slow` is for paths that a service takes when it waits, fails or collects: nothing switches it.
 */
import { FAMILY_NAMES } from './families/families.ts';
import type { FamilyName } from './families/families.ts';

export const GROUPS = {
  slow: ['lock', 'fatal', 'client', 'gc'],
  requests: ['trace', 'http'],
  map: ['map'],
  syncmap: ['syncmap'],
  goroutine: ['goroutine'],
} as const satisfies Readonly<Record<string, readonly FamilyName[]>>;

export type GroupName = keyof typeof GROUPS;
export type SwitchedGroup = Exclude<GroupName, 'slow'>;

// The keys of a const table are its names.
export const GROUP_NAMES = Object.keys(GROUPS) as readonly GroupName[];

/** bpf/records.h, GATE_…: place in the map `gate`, and in the attach cookie. */
export const gateOf = (family: FamilyName): number => FAMILY_NAMES.indexOf(family);
