/** All families, by name. One folder each: its BPF C, hooks, record layout, rows and their tests. */
import type { FamilySpec } from './family.ts';
import { CLIENT } from './client/hooks.ts';
import { FATAL } from './fatal/hooks.ts';
import { GC } from './gc/hooks.ts';
import { GOROUTINE } from './goroutine/hooks.ts';
import { HTTP } from './http/hooks.ts';
import { LOCK } from './lock/hooks.ts';
import { MAP } from './map/hooks.ts';
import { SYNCMAP } from './syncmap/hooks.ts';
import { TRACE } from './trace/hooks.ts';

export const FAMILY_NAMES = ['trace', 'http', 'lock', 'fatal', 'client', 'gc', 'map', 'syncmap', 'goroutine'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

export const FAMILIES: Readonly<Record<FamilyName, FamilySpec>> = {
  trace: TRACE,
  http: HTTP,
  lock: LOCK,
  fatal: FATAL,
  client: CLIENT,
  map: MAP,
  syncmap: SYNCMAP,
  gc: GC,
  goroutine: GOROUTINE,
};
