export { FAMILIES, FAMILY_NAMES } from './families.ts';
export type { FamilyName, FamilySpec, HookSpec } from './families.ts';
export { resolveManifest } from './manifest.ts';
export type { Manifest, ManifestConstants, ManifestGap, ManifestHook } from './manifest.ts';
export { createRouter, MAXIMUM_ROUTES, OTHER_ROUTE, routeOfPattern, routeTemplate } from './route.ts';
export type { Route, RoutedRequest } from './route.ts';
export { openProbeSession } from './session.ts';
export type { FamilyCounters, ProbeSession, ProbeSessionOptions } from './session.ts';
export type { ProbeHealth } from './counters.ts';
