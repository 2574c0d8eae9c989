import { describe, expect, it } from 'vitest';
import type { HookSpec } from '../families/family.ts';
import { findHooks } from './find-hooks.ts';
import type { SiteFinder } from './find-sites.ts';

const finder = (has: readonly string[], inlined: readonly string[] = []): SiteFinder => ({
  arch: 'amd64',
  lookup: (name) => (has.includes(name) ? { name, entry: 0x1000, size: 64 } : undefined),
  site: () => ({ fileOffset: 0x1006, offset: 6, instruction: 'push', reentrant: false }),
  calls: () => [],
  callers: () => [],
  whyUnreadable: () => undefined,
  costlySite: () => ({ fileOffset: 0x1000, offset: 0, instruction: 'other', reentrant: false }),
  returns: () => [{ fileOffset: 0x1020, offset: 0x20 }],
  inlines: (fn, name) => inlined.includes(`${name} in ${fn.name}`),
});

const required = { required: true, effect: 'nothing is seen' } as const;
const HOOK: HookSpec = {
  function: 'main.queue',
  hook: 1,
  calledBy: { 'main.queue': ['main.acquire'] },
  fallback: {
    hooks: [
      { function: 'main.acquire', hook: 2, ...required },
      { function: 'main.acquire', hook: 3, at: 'return', ...required },
    ],
    effect: 'costs more',
  },
  ...required,
};
const found = (has: readonly string[], inlined?: readonly string[]) =>
  findHooks(HOOK, finder(has, inlined)).map(({ spec, outcome }) => [
    spec.hook,
    spec.required,
    typeof outcome === 'string' ? outcome : outcome.function,
  ]);
const LACKING = 'the binary has no such function: not linked in, or inlined';

describe('findHooks', () => {
  it('the hook itself where it can be', () => {
    expect(found(['main.queue', 'main.acquire'])).toEqual([[1, true, 'main.queue']]);
  });

  it.each([
    ['lacking', ['main.acquire'], [], LACKING],
    [
      'inlined into its caller, though it is there',
      ['main.queue', 'main.acquire'],
      ['main.queue in main.acquire'],
      'main.queue is inlined into main.acquire (the program was built with a profile)',
    ],
  ])('%s: those that stand in for it, and a gap that does not matter', (_, has, inlined, reason) => {
    expect(found(has, inlined)).toEqual([
      [1, false, reason],
      [2, true, 'main.acquire'],
      [3, true, 'main.acquire'],
    ]);
    expect(findHooks(HOOK, finder(has, inlined))[0]?.spec.effect).toBe('costs more');
  });

  it('lacking with all that could stand in: a gap that does', () => {
    expect(found([])).toEqual([[1, true, `${LACKING}; nor can main.acquire stand in for it`]]);
  });
});
