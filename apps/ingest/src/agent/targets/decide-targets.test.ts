import { describe, expect, test } from 'vitest';
import { parseSelector } from '@mapscope/rollout';
import { type SeenProcess, type Standing, decideTargets, isNamed, mayMatch } from './decide-targets.ts';

const seen = (pid: number, over: Partial<SeenProcess['facts']> = {}): SeenProcess => ({
  image: `image-${pid}`,
  facts: {
    pid,
    exe: `/srv/app${pid}`,
    buildId: 'b1',
    module: { path: 'example.com/app', version: 'v1.2.3' },
    service: 'order',
    cgroup: '/system.slice/order.service',
    container: '',
    identity: `${pid}-77`,
    ...over,
  },
});
const decide = (over: Partial<Parameters<typeof decideTargets>[0]>) => {
  const { attach, noRoom, forget } = decideTargets({
    known: new Map(),
    seen: [],
    selectors: [parseSelector('service=order')],
    maxTargets: 10,
    ...over,
  });
  return { attach: attach.map(({ facts }) => facts.pid), noRoom: noRoom.map(({ facts }) => facts.pid), forget };
};

describe('decideTargets', () => {
  test('who fits and is not known is attached, the others are let be', () => {
    expect(decide({ seen: [seen(1), seen(2, { service: 'cart' }), seen(3)] }).attach).toEqual([1, 3]);
  });

  test.each<[Standing, readonly number[]]>([
    ['running', []],
    ['resting', []],
    ['free', [1]],
  ])('a known process that is %s: attach %j', (standing, attach) => {
    expect(decide({ known: new Map([['image-1', standing]]), seen: [seen(1)] })).toMatchObject({ attach, forget: [] });
  });

  test('another program in the same process is attached anew, beside the run that is ending', () => {
    const next = { ...seen(1), image: 'image-1-after-exec' };
    expect(decide({ known: new Map([['image-1', 'running']]), seen: [next] })).toMatchObject({
      attach: [1],
      forget: [],
    });
  });

  test('what is gone is forgotten once it does not run any more', () => {
    const known = new Map<string, Standing>([
      ['image-1', 'resting'],
      ['image-2', 'running'],
      ['image-3', 'free'],
    ]);
    expect(decide({ known }).forget).toEqual(['image-1', 'image-3']);
  });

  test('never more than may be at a time; the rest is told', () => {
    const known = new Map<string, Standing>([['image-9', 'running']]);
    const all = [seen(1), seen(2), seen(3), seen(9)];
    expect(decide({ known, seen: all, maxTargets: 3 })).toEqual({ attach: [1, 2], noRoom: [3], forget: [] });
    expect(decide({ known, seen: all, maxTargets: 1 }).attach).toEqual([]);
  });

  test('of several selectors one is enough', () => {
    const selectors = [parseSelector('service=none'), parseSelector('build=b1,module=example.com/app@v1.2')];
    expect(decide({ selectors, seen: [seen(1), seen(2, { buildId: 'b2' })] }).attach).toEqual([1]);
  });

  test('a share of the processes is the same share at every look', () => {
    const all = Array.from({ length: 400 }, (_, i) => seen(i + 1));
    const selectors = [parseSelector('service=order,percent=25')];
    const first = decide({ selectors, seen: all, maxTargets: 1_000 }).attach;
    expect(decide({ selectors, seen: all.toReversed(), maxTargets: 1_000 }).attach.toReversed()).toEqual(first);
    expect(first.length).toBeGreaterThan(60);
    expect(first.length).toBeLessThan(140);
  });
});

describe('before a program is read', () => {
  const facts = { pid: 7, exe: '/srv/order', cgroup: '/a/b', container: '' };
  test.each([
    ['service=order', true, false],
    ['percent=1,service=x', true, false],
    ['exe=/srv/*', true, true],
    ['exe=/opt/*,service=order', false, false],
    ['pid=7', true, true],
    ['pid=8', false, false],
    ['cgroup=/a/*,build=x', true, true],
    ['container=0123456789ab', false, false],
  ])('%s: may match %s, named %s', (text, may, named) => {
    expect([mayMatch([parseSelector(text)], facts), isNamed([parseSelector(text)], facts)]).toEqual([may, named]);
  });
});
