/** From a hook to its sites in one binary, or to those of the hooks that stand in for it. Pure; used by the manifest. */
import type { HookSpec } from '../families/family.ts';
import { findSites } from './find-sites.ts';
import type { ProbeSite, SiteFinder } from './find-sites.ts';

export interface FoundHook {
  readonly spec: HookSpec;
  /** in words: why there are none */
  readonly outcome: { readonly function: string; readonly sites: readonly ProbeSite[] } | string;
}

/** The hook that is stood in for comes too, as one that may be missing: that is a gap, if a small one. */
export function findHooks(spec: HookSpec, finder: SiteFinder): readonly FoundHook[] {
  const { fallback } = spec;
  const outcome = findSites(spec, finder);
  if (fallback === undefined || typeof outcome !== 'string') return [{ spec, outcome }];
  const instead = fallback.hooks.map((hook) => ({ spec: hook, outcome: findSites(hook, finder) }));
  const missing = instead.find((found) => typeof found.outcome === 'string');
  if (missing === undefined)
    return [{ spec: { ...spec, required: false, effect: fallback.effect }, outcome }, ...instead];
  return [{ spec, outcome: `${outcome}; nor can ${missing.spec.function} stand in for it` }];
}
