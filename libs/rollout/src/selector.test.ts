import { MapscopeError } from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { matches, parseSelector, shareOf } from './selector.ts';
import type { ProcessFacts } from './selector.ts';

const ORDER: ProcessFacts = {
  pid: 41,
  exe: '/srv/shop/order',
  buildId: 'abc/def',
  module: { path: 'example.com/shop', version: 'v1.2.3' },
  service: 'order',
  cgroup: '/kubepods.slice/pod1/cri-containerd-0123456789ab.scope',
  container: `0123456789ab${'0'.repeat(52)}`,
  identity: 'host/41/1000',
};

describe('a selector', () => {
  it.each([
    ['pid=41', true],
    ['pid=4', false],
    ['exe=/srv/shop/order', true],
    ['exe=/srv/*/order', true],
    ['exe=/srv/*', false],
    ['exe=/srv/**', true],
    ['exe=/srv/shop/orde?', true],
    ['exe=/srv/shop/orde.', false],
    ['build=abc/def', true],
    ['build=abc', false],
    ['module=example.com/shop', true],
    ['module=example.com/shop@v1.2', true],
    ['module=example.com/shop@v1', true],
    ['module=example.com/shop@v1.2.30', false],
    ['module=example.com/shop@v1.', false],
    ['module=example.com/shop2', false],
    ['service=order', true],
    ['service=Order', false],
    ['cgroup=/kubepods.slice/**', true],
    ['container=0123456789ab', true],
    ['container=0123456789ac', false],
    ['service=order,pid=41', true],
    ['service=order,pid=42', false],
    ['service=order,percent=100', true],
    ['service=order,percent=0', false],
  ])('%s: %s', (text, expected) => expect(matches(parseSelector(text), ORDER)).toBe(expected));

  it.each([
    ['', 'terms are pid, exe'],
    ['servce=order', 'there is no "servce"'],
    ['service=', 'service has no value'],
    ['pid=0', 'from 1 to 4194304'],
    ['pid=1.5', 'from 1 to 4194304'],
    ['percent=101,service=a', 'from 0 to 100'],
    ['percent=10', 'a share alone'],
    ['service=a,service=b', 'given twice'],
    ['container=xyz', '12 to 64 hex digits'],
  ])('"%s" is refused with how to mend it', (text, words) => {
    const parse = () => parseSelector(text);
    expect(parse).toThrow(MapscopeError);
    expect(parse).toThrow(words);
  });

  it('a share is as large as it says, always the same ones, and a larger one only adds', () => {
    const identities = Array.from({ length: 10_000 }, (_, n) => `host/${n}/${n * 7}`);
    const within = (percent: number) => identities.filter((identity) => shareOf(identity) < percent);
    for (const percent of [1, 5, 25]) {
      expect(Math.abs(within(percent).length / 100 - percent)).toBeLessThan(1);
      expect(within(25)).toEqual(expect.arrayContaining(within(percent)));
    }
  });
});
