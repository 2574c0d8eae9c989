/** From a hook to the instructions to probe in one binary. Pure; used by the manifest. */
import { MapscopeError } from '@mapscope/events';
import { costlyEntrySite, findCallers, findCallSites, findEntrySite, findReturnSites } from '@mapscope/golang';
import type { CallSite, EntrySite, GoBinary, GoFunction, ReturnSite } from '@mapscope/golang';
import type { HookSpec } from '../families/family.ts';
import { expectedNanos } from './site-cost.ts';
import type { Instruction } from './site-cost.ts';

export interface ProbeSite {
  readonly fileOffset: number;
  /** from the function's entry; of a call, from the caller's */
  readonly offset: number;
  readonly instruction: Instruction;
  /** a stack-check branch: see EntrySite */
  readonly reentrant: boolean;
  /** what one hit costs the probed program: see site-cost.ts */
  readonly expectedNanos: number;
}

/** What the manifest asks of a binary, so that tests need none. */
export interface SiteFinder {
  readonly arch: GoBinary['arch'];
  readonly lookup: (name: string) => GoFunction | undefined;
  /** throws PROBE_REFUSED */
  readonly site: (fn: GoFunction) => EntrySite;
  /** at the function's first instruction; throws PROBE_REFUSED */
  readonly costlySite: (fn: GoFunction) => EntrySite;
  /** every RET, at least one; throws PROBE_REFUSED */
  readonly returns: (fn: GoFunction) => readonly ReturnSite[];
  /** every direct call, at least one; throws PROBE_REFUSED */
  readonly calls: (caller: GoFunction, callee: GoFunction) => readonly CallSite[];
  /** every direct call, whoever calls, at least one; throws PROBE_REFUSED */
  readonly callers: (callee: GoFunction) => readonly CallSite[];
  /** in words: why the fields of such a struct are not known in this binary */
  readonly whyUnreadable: (struct: NonNullable<HookSpec['reads']>) => string | undefined;
  /** whether there is a copy of the named function in it */
  readonly inlines: (fn: GoFunction, name: string) => boolean;
}

/** A copy has at least one instruction that is longer: what it is worth inlining for is behind a call or a jump. */
const INLINED_BYTES = 4;

export function siteFinder(binary: GoBinary): SiteFinder {
  return {
    arch: binary.arch,
    lookup: (name) => binary.lookup(name),
    site: (fn) => findEntrySite(binary, fn),
    costlySite: (fn) => costlyEntrySite(binary, fn),
    calls: (caller, callee) => findCallSites(binary, caller, callee),
    callers: (callee) => findCallers(binary, callee),
    returns: (fn) => findReturnSites(binary, fn),
    whyUnreadable: (struct) => {
      const offsets = unlessRefused(() =>
        struct === 'otelSpan' ? binary.otelSpanOffsets() : binary.grpcStreamOffsets(),
      );
      return typeof offsets === 'string' ? offsets : undefined;
    },
    inlines: (fn, name) => {
      for (let at = fn.entry; at < fn.entry + fn.size; at += INLINED_BYTES) {
        if (
          binary
            .frames(at)
            .slice(0, -1)
            .some((frame) => frame.function === name)
        )
          return true;
      }
      return false;
    },
  };
}

/** Whether a binary of this kind has such a hook at all; a hook that does not apply leaves no gap. */
export function hookApplies({ onlyWith, onlyWithout }: HookSpec, { lookup }: SiteFinder): boolean {
  const has = (name: string): boolean => lookup(name) !== undefined;
  return (onlyWith === undefined || has(onlyWith)) && (onlyWithout === undefined || !has(onlyWithout));
}

/** The sites and the function's name in this binary, or in words why there are none. */
export function findSites(
  spec: HookSpec,
  finder: SiteFinder,
): { readonly function: string; readonly sites: readonly ProbeSite[] } | string {
  const name = [spec.function, ...(spec.orElse ?? [])].find((known) => finder.lookup(known) !== undefined);
  const fn = name === undefined ? undefined : finder.lookup(name);
  if (name === undefined || fn === undefined) return 'the binary has no such function: not linked in, or inlined';
  const obstacle = findInlined(spec, finder) ?? (spec.reads && finder.whyUnreadable(spec.reads));
  if (obstacle !== undefined) return obstacle;
  const calls = callSites(spec, fn, finder);
  if (calls.length > 0) return { function: spec.inCaller ?? name, sites: calls };
  const sites = unlessRefused(() => (spec.at === 'return' ? returnSites(fn, finder) : entrySites(spec, fn, finder)));
  return typeof sites === 'string' ? sites : { function: name, sites };
}

function findInlined({ calledBy = {} }: HookSpec, finder: SiteFinder): string | undefined {
  for (const [name, callers] of Object.entries(calledBy)) {
    const around = callers.flatMap((caller) => finder.lookup(caller) ?? []).find((fn) => finder.inlines(fn, name));
    if (around !== undefined) return `${name} is inlined into ${around.name} (the program was built with a profile)`;
  }
  return undefined;
}

const returnSites = (fn: GoFunction, finder: SiteFinder): readonly ProbeSite[] =>
  finder.returns(fn).map((site) => costed(finder, { ...site, instruction: 'return', reentrant: false }));

/** None where the caller is not there, or is itself inlined where it is called: then the entry sees what matters. */
function callSites(spec: HookSpec, callee: GoFunction, finder: SiteFinder): readonly ProbeSite[] {
  const { inCaller, calledBy = {} } = spec;
  const caller = inCaller === undefined ? undefined : finder.lookup(inCaller);
  if (inCaller === undefined || caller === undefined) return [];
  const callers = (calledBy[spec.function] ?? []).flatMap((name) =>
    name === inCaller ? [] : (finder.lookup(name) ?? []),
  );
  if (callers.some((around) => finder.inlines(around, inCaller))) return [];
  const found = unlessRefused(() => finder.calls(caller, callee));
  if (typeof found === 'string') return [];
  return found.map((site) => asCall(finder, site));
}

const asCall = (finder: SiteFinder, site: CallSite): ProbeSite =>
  costed(finder, { ...site, instruction: 'call', reentrant: false });

function entrySites(spec: HookSpec, fn: GoFunction, finder: SiteFinder): readonly ProbeSite[] {
  const site = unlessRefused(() => finder.site(fn));
  if (spec.rare === true)
    return [costed(finder, typeof site !== 'string' && stackUntouched(site) ? site : finder.costlySite(fn))];
  if (typeof site !== 'string') return [costed(finder, site)];
  const calls = spec.orAtCalls === true ? unlessRefused(() => finder.callers(fn)) : site;
  // Refused once more: with the reason why the entry is no place.
  return typeof calls === 'string' ? [costed(finder, finder.site(fn))] : calls.map((call) => asCall(finder, call));
}

/** Rare hooks read their caller's address from the top of the stack: nothing may have been pushed before the site. */
const stackUntouched = (site: EntrySite): boolean => site.instruction === 'push' || site.reentrant || site.offset === 0;

const costed = ({ arch }: SiteFinder, site: Omit<ProbeSite, 'expectedNanos'>): ProbeSite => ({
  ...site,
  expectedNanos: expectedNanos(site.instruction, arch),
});

/** No site, or a struct whose fields are not known. */
const REFUSALS: readonly string[] = ['PROBE_REFUSED', 'TARGET_UNSUPPORTED'];

function unlessRefused<T>(find: () => T): T | string {
  try {
    return find();
  } catch (error) {
    if (error instanceof MapscopeError && REFUSALS.includes(error.code)) return error.message;
    throw error;
  }
}
