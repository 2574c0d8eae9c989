/**
 * Blueprint before object: from a binary and the wanted families to the list of probe sites, and what the binary
 * lacks. Pure: the same on every machine. Used by the session before anything is loaded, and by whoever wants to know
 * what would be attached. It does not look at the kernel.
 */
import { MapscopeError } from '@mapscope/events';
import type { GoBinary } from '@mapscope/golang';
import { FAMILIES, FAMILY_NAMES } from './families/families.ts';
import type { FamilyName } from './families/families.ts';
import { rpcConstants } from './families/http/constants.ts';
import type { RpcConstants } from './families/http/constants.ts';
import { mapConstants } from './families/map/constants.ts';
import type { MapConstants } from './families/map/constants.ts';
import { NEW_G_HOOK } from './families/trace/hooks.ts';
import { IS_TRIE } from './families/syncmap/hooks.ts';
import { syncmapConstants } from './families/syncmap/constants.ts';
import type { SyncmapConstants } from './families/syncmap/constants.ts';
import { traceConstants } from './families/trace/constants.ts';
import type { TraceConstants } from './families/trace/constants.ts';
import { findHooks } from './sites/find-hooks.ts';
import { hookApplies, siteFinder } from './sites/find-sites.ts';
import type { ProbeSite, SiteFinder } from './sites/find-sites.ts';

/** One probe: where it sits, and what a hit of it costs. A hook at the returns of a function makes one for each RET. */
export interface ManifestHook extends ProbeSite {
  readonly family: FamilyName;
  /** as the binary names it: where Go versions differ, the one of HookSpec.orElse that was found */
  readonly function: string;
  readonly program: string;
  readonly hook: number;
  readonly required: boolean;
}

/** A function this binary lacks, or whose entry cannot be probed, and what that costs. */
export interface ManifestGap {
  readonly family: FamilyName;
  readonly function: string;
  readonly required: boolean;
  readonly reason: string;
  readonly effect: string;
}

/** Names of `const volatile` variables in bpf/common.h. */
export type ManifestConstants = Readonly<Record<ConstantName, number>> &
  SyncmapConstants &
  TraceConstants &
  RpcConstants &
  Partial<MapConstants>;
type ConstantName =
  | 'callers_are_low'
  | 'goid_offset'
  | 'g_sched_offset'
  | 'request_method_offset'
  | 'request_url_offset'
  | 'request_header_offset'
  | 'url_path_offset'
  | 'url_host_offset'
  | 'g_m_offset'
  | 'm_curg_offset'
  | 'stop_has_reason'
  | 'response_status_offset'
  | 'request_pattern_offset'
  | 'request_pattern_is_pointer'
  | Followed
  | HeaderConstant;
/** What other families do here. */
type Followed = 'map_family_on' | 'lock_family_on' | 'http_family_on' | 'new_goroutines_seen';
type HeaderConstant = 'header_is_swiss' | 'header_key_stride' | 'header_elems' | 'header_elem_stride';

export interface Manifest {
  readonly goVersion: string;
  readonly buildId: string;
  readonly arch: GoBinary['arch'];
  /** wanted and possible */
  readonly families: readonly FamilyName[];
  /** wanted, but the binary lacks a required function: see gaps */
  readonly off: readonly { readonly family: FamilyName; readonly reason: string }[];
  readonly hooks: readonly ManifestHook[];
  readonly gaps: readonly ManifestGap[];
  readonly constants: ManifestConstants;
}

interface FamilyPlan {
  readonly hooks: readonly ManifestHook[];
  readonly gaps: readonly ManifestGap[];
}

export function resolveManifest(binary: GoBinary, wanted: readonly FamilyName[]): Manifest {
  const finder = siteFinder(binary);
  const plans = FAMILY_NAMES.filter((family) => wanted.includes(family)).map((family) => ({
    family,
    ...planFamily(family, finder),
  }));
  const possible = plans.filter((plan) => plan.hooks.length > 0);
  const families = possible.map((plan) => plan.family);
  const hooks = withoutCovered(possible.flatMap((plan) => plan.hooks));
  return {
    goVersion: binary.goVersion.text,
    buildId: binary.buildId,
    arch: binary.arch,
    families,
    off: plans
      .filter((plan) => plan.hooks.length === 0)
      .map((plan) => ({ family: plan.family, reason: whyOff(plan.gaps) })),
    hooks,
    gaps: plans.flatMap((plan) => plan.gaps),
    constants: {
      ...manifestConstants(binary),
      ...(families.includes('map')
        ? mapConstants(
            binary,
            hooks.filter(({ family }) => family === 'map'),
          )
        : {}),
      ...traceConstants(binary, hooks),
      ...rpcConstants(binary, hooks),
      ...syncmapConstants(binary.goVersion.minor, binary.lookup(IS_TRIE) !== undefined),
      map_family_on: Number(families.includes('map')),
      lock_family_on: Number(families.includes('lock')),
      http_family_on: Number(families.includes('http')),
      new_goroutines_seen: Number(hooks.some(({ hook }) => hook === NEW_G_HOOK)),
    },
  };
}

/** No hooks at all when a required one is missing: half a family would tell half-truths. */
export function planFamily(family: FamilyName, finder: SiteFinder): FamilyPlan {
  const { program, hooks: specs, blind = [] } = FAMILIES[family];
  const found = specs.filter((spec) => hookApplies(spec, finder)).flatMap((spec) => findHooks(spec, finder));
  const gaps: ManifestGap[] = blind
    .filter((spec) => finder.lookup(spec.function) !== undefined)
    .map((spec) => ({ family, ...spec, required: false, reason: 'the binary has it, and no probe covers it' }));
  const brokenGroups = new Set<string>();
  for (const { spec, outcome } of found) {
    if (typeof outcome !== 'string') continue;
    const { required, effect } = spec;
    gaps.push({ family, function: spec.function, required, reason: outcome, effect });
    if (spec.group !== undefined) brokenGroups.add(spec.group);
  }
  if (gaps.some((gap) => gap.required)) return { hooks: [], gaps };
  const hooks = found.flatMap(({ spec, outcome }): readonly ManifestHook[] => {
    if (typeof outcome === 'string' || (spec.group !== undefined && brokenGroups.has(spec.group))) return [];
    const { hook, required } = spec;
    return outcome.sites.map((site) => ({ family, function: outcome.function, program, hook, required, ...site }));
  });
  return { hooks: withoutTwins(hooks), gaps };
}

/** Of two hooks that have the same stand-in, one will do. */
function withoutTwins(hooks: readonly ManifestHook[]): readonly ManifestHook[] {
  return [...new Map(hooks.map((hook) => [`${hook.hook} ${hook.fileOffset}`, hook])).values()];
}

/** A probe at every goroutine's exit and every request is worth saving. */
export function withoutCovered(hooks: readonly ManifestHook[]): readonly ManifestHook[] {
  const isHooked = (family: string, name: string): boolean =>
    hooks.some((hook) => hook.family === family && hook.function === name);
  return hooks.filter((hook) => {
    const { coveredBy } = FAMILIES[hook.family].hooks.find((spec) => spec.hook === hook.hook) ?? {};
    return coveredBy === undefined || !isHooked(coveredBy, hook.function);
  });
}

function whyOff(gaps: readonly ManifestGap[]): string {
  const decisive = gaps.filter((gap) => gap.required);
  return (decisive.length > 0 ? decisive : gaps).map((gap) => `${gap.function}: ${gap.reason}`).join('; ');
}

/** plugin/plugin_dlopen.go: there where a program imports package plugin. */
const PLUGINS = 'plugin.open';

/** The BPF side reads status and goid in one go: runtime2.go keeps atomicstatus, stackLock, goid side by side. */
function manifestConstants(
  binary: GoBinary,
): Omit<ManifestConstants, Followed | keyof (SyncmapConstants & TraceConstants & RpcConstants)> {
  const offsets = binary.structOffsets();
  const { goid, atomicstatus } = offsets.g;
  if (goid - atomicstatus !== 8) {
    const message = `g.goid is at ${goid} and g.atomicstatus at ${atomicstatus} in ${binary.goVersion.text}; the probes expect them 8 bytes apart: this Go version needs a new release of Mapscope`;
    throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { goid, atomicstatus } });
  }
  const { pattern } = offsets.httpRequest;
  return {
    goid_offset: goid,
    callers_are_low: Number(!binary.pie && binary.lookup(PLUGINS) === undefined),
    g_sched_offset: offsets.g.sched,
    request_method_offset: offsets.httpRequest.method,
    request_url_offset: offsets.httpRequest.url,
    request_header_offset: offsets.httpRequest.header,
    url_path_offset: offsets.url.path,
    url_host_offset: offsets.url.host,
    g_m_offset: offsets.g.m,
    m_curg_offset: offsets.m.curg,
    // runtime/proc.go: stopTheWorldWithSema has the parameter since Go 1.21
    stop_has_reason: binary.goVersion.minor >= 21 ? 1 : 0,
    response_status_offset: offsets.httpResponse.statusCode,
    // 0 is the method's: so it says that there is no pattern
    request_pattern_offset: pattern?.offset ?? 0,
    request_pattern_is_pointer: pattern?.holds === 'pointer' ? 1 : 0,
    ...headerConstants(binary),
  };
}

/** The numbers that families/trace/header-map.h takes from here; the others it states itself, compared by a test. */
function headerConstants(binary: GoBinary): Readonly<Record<HeaderConstant, number>> {
  const { kind, header } = binary.mapLayout();
  return {
    header_is_swiss: kind === 'swiss' ? 1 : 0,
    header_key_stride: header.keyStride,
    header_elems: header.elems,
    header_elem_stride: header.elemStride,
  };
}
