import { MapscopeError } from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import type { HookSpec } from '../families/family.ts';
import { findSites, hookApplies } from './find-sites.ts';
import type { SiteFinder } from './find-sites.ts';

const finder = (has: readonly string[], returns: SiteFinder['returns'] = () => []): SiteFinder => ({
  arch: 'amd64',
  lookup: (name) => (has.includes(name) ? { name, entry: 0x1000, size: 64 } : undefined),
  site: () => ({ fileOffset: 0x1006, offset: 6, instruction: 'push', reentrant: false }),
  calls: () => [],
  callers: () => [],
  whyUnreadable: () => undefined,
  costlySite: () => ({ fileOffset: 0x1000, offset: 0, instruction: 'other', reentrant: false }),
  returns,
  inlines: () => false,
});

const HOOK: HookSpec = {
  function: 'main.old',
  orElse: ['main.new'],
  hook: 1,
  required: true,
  effect: 'nothing is seen',
};

describe('findSites', () => {
  it('at returns: one site for every RET, each with its cost', () => {
    const found = findSites(
      { ...HOOK, at: 'return' },
      finder(['main.old'], () => [
        { fileOffset: 0x1020, offset: 0x20 },
        { fileOffset: 0x1031, offset: 0x31 },
      ]),
    );
    const ret = { instruction: 'return', reentrant: false, expectedNanos: 9200 };
    expect(found).toEqual({
      function: 'main.old',
      sites: [
        { fileOffset: 0x1020, offset: 0x20, ...ret },
        { fileOffset: 0x1031, offset: 0x31, ...ret },
      ],
    });
  });

  it('at returns: a refusal is told in words', () => {
    const refusing = finder(['main.old'], () => {
      throw new MapscopeError('PROBE_REFUSED', 'code that cannot be read');
    });
    expect(findSites({ ...HOOK, at: 'return' }, refusing)).toMatch(/cannot be read/);
  });

  it.each([
    [['main.new'], 'main.new'],
    [['main.new', 'main.old'], 'main.old'],
  ])('of %j it takes %s, and says so', (has, taken) => {
    expect(findSites(HOOK, finder(has))).toMatchObject({
      function: taken,
      sites: [{ offset: 6, instruction: 'push', expectedNanos: 480 }],
    });
    expect(findSites(HOOK, finder([]))).toMatch(/no such function/);
  });
});

describe('on arm64', () => {
  const arm64: SiteFinder = { ...finder(['main.old']), arch: 'arm64' };
  const nosplit: SiteFinder = { ...arm64, site: refuses, callers: () => [{ fileOffset: 0x2044, offset: 0x44 }] };

  it('every call of a function whose entry has no cheap instruction, where the hook asks for it', () => {
    const call = { fileOffset: 0x2044, offset: 0x44, instruction: 'call', reentrant: false, expectedNanos: 490 };
    expect(findSites({ ...HOOK, orAtCalls: true }, nosplit)).toEqual({ function: 'main.old', sites: [call] });
    expect(findSites(HOOK, nosplit)).toBe('it does not call it');
  });

  it('the entry all the same where it has one; the reason of the entry where nothing calls it', () => {
    expect(findSites({ ...HOOK, orAtCalls: true }, arm64)).toMatchObject({ sites: [{ instruction: 'push' }] });
    expect(findSites({ ...HOOK, orAtCalls: true }, { ...nosplit, callers: refuses })).toBe('it does not call it');
  });

  it('what is rare is single-stepped, and priced so; a RET costs no more than a branch', () => {
    expect(findSites({ ...HOOK, rare: true }, nosplit)).toMatchObject({
      sites: [{ offset: 0, instruction: 'other', expectedNanos: 9100 }],
    });
    const returns: SiteFinder = { ...arm64, returns: () => [{ fileOffset: 0x1020, offset: 0x20 }] };
    expect(findSites({ ...HOOK, at: 'return' }, returns)).toMatchObject({ sites: [{ expectedNanos: 440 }] });
  });
});

describe('hookApplies', () => {
  it.each<[Partial<HookSpec>, readonly string[], boolean]>([
    [{}, [], true],
    [{ onlyWith: 'main.trie' }, ['main.trie'], true],
    [{ onlyWith: 'main.trie' }, [], false],
    [{ onlyWithout: 'main.trie' }, [], true],
    [{ onlyWithout: 'main.trie' }, ['main.trie'], false],
  ])('%j in a binary with %j: %s', (condition, has, applies) => {
    expect(hookApplies({ ...HOOK, ...condition }, finder(has))).toBe(applies);
  });

  describe('where only the calls of one function matter', () => {
    const hook: HookSpec = {
      ...HOOK,
      inCaller: 'main.caller',
      calledBy: { 'main.old': ['main.caller', 'main.outer'] },
    };
    const all = ['main.old', 'main.caller', 'main.outer'];

    it('they are probed, as a place in the caller', () => {
      expect(findSites(hook, { ...finder(all), calls })).toEqual({
        function: 'main.caller',
        sites: [{ fileOffset: 0x1044, offset: 0x44, instruction: 'call', reentrant: false, expectedNanos: 490 }],
      });
    });

    it.each<[string, SiteFinder]>([
      ['there is no such caller', finder(['main.old'])],
      ['the caller calls it by no call instruction', { ...finder(all), calls: refuses }],
      ['the caller is inlined elsewhere', { ...finder(all), calls, inlines: (_, name) => name === 'main.caller' }],
    ])('the function itself is probed where %s', (_, source) => {
      expect(findSites(hook, source)).toMatchObject({ function: 'main.old', sites: [{ instruction: 'push' }] });
    });
  });
});

const calls: SiteFinder['calls'] = (caller, callee) => {
  expect([caller.name, callee.name]).toEqual(['main.caller', 'main.old']);
  return [{ fileOffset: 0x1044, offset: 0x44 }];
};

function refuses(): never {
  throw new MapscopeError('PROBE_REFUSED', 'it does not call it');
}
