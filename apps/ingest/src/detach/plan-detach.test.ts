import { expect, test } from 'vitest';
import { type HeldLink, describeLeft, planDetach, whatIsLeft } from './plan-detach.ts';

const link = (id: number, over: Partial<HeldLink> = {}): HeldLink => ({
  id,
  program: 'family_http',
  ours: true,
  path: '/srv/order',
  pid: 77,
  holders: [500],
  ...over,
});

test.each([
  ['all agents, also those that hold nothing yet', { agents: [500, 600], scope: undefined }, [500, 600]],
  ['only those of a data folder', { agents: [500, 600], scope: [600, 700] }, [600]],
  ['none', { agents: [], scope: undefined }, []],
])('ends %s', (_name, found, end) => {
  expect(planDetach({ links: [link(1)], ...found })).toEqual({ end });
});

test('what is left is ours only, and foreign links are counted', () => {
  const links = [link(1), link(2), link(3, { ours: false, program: 'bpftrace' })];
  expect(whatIsLeft(links, undefined)).toEqual({ ours: [links[0], links[1]], foreign: 1 });
  expect(whatIsLeft(links, new Set([2, 9]))).toEqual({ ours: [links[1]], foreign: 1 });
});

test.each([
  [
    link(1),
    'link 1 (family_http) on process 77, /srv/order, is held by process 500: it dies with that process: kill 500',
  ],
  [link(2, { holders: [] }), 'is held by nobody that can be seen (pinned?): look for it with bpftool link show'],
])('what is left says who holds it and how to end it', (left, text) => {
  expect(describeLeft(left)).toContain(text);
});
