import { expect, test } from 'vitest';
import { FAMILY_NAMES } from '@mapscope/probe';
import { FAMILIES } from '@mapscope/rollout';
import { ALL_FAMILIES, DEFAULT_FAMILIES, agentScope } from './options.ts';

const NOTHING = { pid: undefined, exe: undefined, target: undefined, capture: undefined, policies: false };
const resolve = (path: string): string => `/real${path}`;

test('every family that there is can be asked for, and those of moderate cost are on', () => {
  expect(ALL_FAMILIES.toSorted()).toEqual([...FAMILY_NAMES].toSorted());
  expect([...FAMILIES].toSorted()).toEqual([...FAMILY_NAMES].toSorted());
  expect(DEFAULT_FAMILIES.toSorted()).toEqual(['client', 'fatal', 'gc', 'http', 'lock', 'trace']);
});

test.each([
  [{ pid: 7 }, { watch: 'one', choice: { by: 'pid', pid: 7 } }],
  [{ exe: '/x' }, { watch: 'one', choice: { by: 'exe', path: '/real/x' } }],
  [{ policies: true }, { watch: 'policies' }],
  [{ target: 'pid=7;service=a' }, { watch: 'many', selectors: [{ pid: 7 }, { service: 'a' }] }],
])('%j says which processes', (given, scope) => {
  expect(agentScope({ ...NOTHING, ...given }, resolve)).toEqual(scope);
});

test.each([
  [{}, /none of --pid, --exe, --target and --policies/],
  [{ pid: 7, target: 'pid=7' }, /--pid and --target are given/],
  [{ pid: 7, policies: true }, /--pid and --policies are given/],
  [{ pid: 7, exe: '/x' }, /--pid and --exe are given/],
  [{ target: 'pid=7', capture: 'f' }, /--capture records one process/],
  [{ policies: true, capture: 'f' }, /--capture records one process/],
  [{ target: 'x' }, /there is no "x"/],
])('%j is refused, with what to give', (given, message) => {
  expect(() => agentScope({ ...NOTHING, ...given }, resolve)).toThrow(message);
});
