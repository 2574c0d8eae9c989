import { MapscopeError } from '@mapscope/events';
import type { EntrySite, GoFunction } from '@mapscope/golang';
import { describe, expect, it } from 'vitest';
import { FAMILIES, FAMILY_NAMES } from './families/families.ts';
import type { FamilyName } from './families/families.ts';
import { planFamily, withoutCovered } from './manifest.ts';
import { RPC_SERVE } from './families/http/hooks.ts';
import { SPAN_START } from './families/trace/hooks.ts';
import type { SiteFinder } from './sites/find-sites.ts';

const PUSH: EntrySite = { fileOffset: 0x1006, offset: 6, instruction: 'push', reentrant: false };

function finder(
  options: { readonly lacks?: readonly string[]; readonly refuses?: readonly string[] } = {},
): SiteFinder {
  return {
    arch: 'amd64',
    lookup: (name): GoFunction | undefined =>
      options.lacks?.includes(name) === true ? undefined : { name, entry: 0x1000, size: 64 },
    site: ({ name }) => {
      if (options.refuses?.includes(name) === true) throw new MapscopeError('PROBE_REFUSED', 'no cheap site');
      return PUSH;
    },
    calls: () => [],
    callers: () => [],
    whyUnreadable: () => undefined,
    costlySite: () => ({ fileOffset: 0x1000, offset: 0, instruction: 'other', reentrant: false }),
    returns: () => [{ fileOffset: 0x1020, offset: 0x20 }],
    inlines: () => false,
  };
}

const BLIND = (FAMILIES.http.blind ?? []).map((spec) => spec.function);

describe('planFamily', () => {
  it('says what is not seen of a program that has a server of its own', () => {
    const plan = planFamily('http', finder());
    expect(plan.hooks.length).toBe(FAMILIES.http.hooks.length);
    expect(plan.gaps[0]).toMatchObject({
      function: 'golang.org/x/net/http2/h2c.h2cHandler.ServeHTTP',
      required: false,
      effect: expect.stringMatching(/^requests over HTTP\/2 without TLS are not traced /),
    });
  });

  it.each(FAMILY_NAMES)('%s: a complete binary gives every hook and no gap', (family) => {
    const plan = planFamily(family, finder());
    const blind = (FAMILIES[family].blind ?? []).map((spec) => spec.function);
    expect(plan.gaps.map((gap) => gap.function)).toEqual(blind);
    // A test finder has every function, so what is only for binaries without one does not apply.
    const specs = FAMILIES[family].hooks.filter((spec) => spec.onlyWithout === undefined);
    expect(plan.hooks.map((hook) => hook.function)).toEqual(specs.map((spec) => spec.function));
    expect(plan.hooks.map((hook) => hook.fileOffset)).toEqual(
      specs.map((spec) => (spec.at === 'return' ? 0x1020 : 0x1006)),
    );
    expect(plan.hooks.every((hook) => hook.program === `family_${family}`)).toBe(true);
  });

  it.each<[FamilyName, readonly string[]]>([
    ['lock', ['runtime.readyWithTime', 'runtime.semrelease1.readyWithTime.goready.func1', '_.goready.func1']],
    ['http', ['net/http.serverHandler.ServeHTTP']],
    ['http', ['net/http.(*response).finishRequest']],
    ['trace', ['net/http.serverHandler.ServeHTTP']],
  ])('%s is off without %j, and says what is lost', (family, lacks) => {
    const plan = planFamily(family, finder({ lacks: [...lacks, ...BLIND] }));
    expect(plan.hooks).toEqual([]);
    expect(plan.gaps).toMatchObject([{ family, function: lacks[0], required: true }]);
    expect(plan.gaps[0]?.effect).not.toBe('');
  });

  it.each([
    ['runtime.(*semaRoot).queue', ['runtime.semacquire1', 'runtime.semacquire1']],
    ['runtime.releaseSudog', ['runtime.semacquire1']],
    ['runtime.readyWithTime', ['runtime.semrelease1.readyWithTime.goready.func1']],
  ])('lock goes on without %s: others stand in, which costs something', (lacks, instead) => {
    const names = planFamily('lock', finder()).hooks.map((hook) => hook.function);
    const plan = planFamily('lock', finder({ lacks: [lacks] }));
    expect(plan.hooks.map((hook) => hook.function).toSorted()).toEqual(
      [...names.filter((name) => name !== lacks), ...instead].toSorted(),
    );
    expect(plan.gaps).toMatchObject([{ function: lacks, required: false }]);
  });

  it('two that have the same stand-in get it once', () => {
    const plan = planFamily('lock', finder({ lacks: ['runtime.(*semaRoot).queue', 'runtime.releaseSudog'] }));
    expect(plan.hooks.map(({ hook }) => hook).toSorted((a, b) => a - b)).toEqual([2, 100, 101]);
  });

  it('a refused site counts as lacking, with the refusal as the reason', () => {
    const refuses = ['runtime.releaseSudog', 'net/http.serverHandler.ServeHTTP'];
    expect(planFamily('lock', finder({ refuses })).gaps[0]?.reason).toBe('no cheap site');
    const plan = planFamily('trace', finder({ refuses }));
    expect(plan.hooks).toEqual([]);
    expect(plan.gaps[0]?.reason).toBe('no cheap site');
  });

  it('trace goes on without inheritance, and says so', () => {
    const plan = planFamily('trace', finder({ lacks: ['runtime.gostartcallfn'] }));
    expect(plan.hooks.map((hook) => hook.function)).toContain('net/http.serverHandler.ServeHTTP');
    expect(plan.gaps).toMatchObject([{ function: 'runtime.gostartcallfn', required: false }]);
  });

  it('http goes on without its optional hooks; one that a program cannot need is no gap', () => {
    const lacks = [
      'net/http.(*conn).serve.func1',
      'net/http.(*http2serverConn).runHandler.func1',
      'net/http/internal/http2.(*serverConn).runHandler.func1',
      'golang.org/x/net/http2.(*serverConn).runHandler.func1',
      'net/http.(*response).Hijack',
      'runtime.gopanic',
      'google.golang.org/grpc.(*Server).handleStream',
      ...BLIND,
    ];
    const plan = planFamily('http', finder({ lacks }));
    expect(plan.hooks.map((hook) => hook.function)).toEqual([
      'net/http.serverHandler.ServeHTTP',
      'net/http.(*response).finishRequest',
    ]);
    expect(plan.gaps.map((gap) => gap.required)).toEqual([false, false, false]);
  });

  it('the end of an HTTP/2 request is found by the name of its Go version', () => {
    const plan = planFamily('http', finder({ lacks: ['net/http.(*http2serverConn).runHandler.func1', ...BLIND] }));
    expect(plan.gaps).toEqual([]);
    expect(plan.hooks.map((hook) => hook.function)).toContain('net/http/internal/http2.(*serverConn).runHandler.func1');
  });

  it('what http does at a function, trace does not do again; alone it does', () => {
    const shared = planFamily('trace', finder())
      .hooks.map((hook) => hook.function)
      .filter((name) => name !== 'runtime.gostartcallfn' && name !== SPAN_START);
    const names = (more: ReturnType<typeof planFamily>): readonly string[] =>
      withoutCovered([...planFamily('trace', finder()).hooks, ...more.hooks])
        .filter((hook) => shared.includes(hook.function))
        .map((hook) => `${hook.family} ${hook.function}`);
    expect(shared.length).toBe(4);
    expect(names(planFamily('fatal', finder()))).toEqual(shared.map((name) => `trace ${name}`));
    expect(names(planFamily('http', finder()))).toEqual(shared.map((name) => `http ${name}`));
    expect(names(planFamily('http', finder({ lacks: ['net/http.(*conn).serve.func1'] })))).toContain(
      'trace net/http.(*conn).serve.func1',
    );
  });

  it.each([
    ['spans of an SDK', 'trace', SPAN_START, 'trace ids'],
    ['gRPC', 'http', RPC_SERVE, 'gRPC requests'],
  ] as const)('of %s whose structs are not known nothing is probed, and it says why', (_, family, name, lost) => {
    const unknown = { ...finder({ lacks: BLIND }), whyUnreadable: () => 'nobody knows' };
    const plan = planFamily(family, unknown);
    const group = FAMILIES[family].hooks.find((hook) => hook.function === name)?.group;
    const lacking = FAMILIES[family].hooks.filter(
      (hook) => hook.function === name || (group !== undefined && hook.group === group),
    );
    expect(plan.hooks.length).toBe(FAMILIES[family].hooks.length - lacking.length);
    expect(plan.gaps).toMatchObject([
      { function: name, required: false, reason: 'nobody knows', effect: expect.stringContaining(lost) },
    ]);
  });

  it('what happens once may sit on the costly first instruction', () => {
    const plan = planFamily('fatal', finder({ refuses: ['runtime.fatal'] }));
    expect(plan.gaps).toEqual([]);
    expect(plan.hooks.map((hook) => hook.instruction)).toEqual(['other', 'push', 'push']);
  });

  it('an error that is no refusal is not swallowed', () => {
    const broken: SiteFinder = {
      ...finder(),
      site: () => {
        throw new MapscopeError('BINARY_MALFORMED', 'cut off');
      },
    };
    expect(() => planFamily('lock', broken)).toThrow('cut off');
  });
});
