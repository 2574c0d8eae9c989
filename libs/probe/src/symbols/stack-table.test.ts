import type { Frame } from '@mapscope/golang';
import { expect, it } from 'vitest';
import { createStackTable } from './stack-table.ts';

const BIAS = 0x400000n;
const [PROBED, CALLER, NEXT] = [0x1000n + BIAS, 0x2000n + BIAS, 0x3000n + BIAS];

const namesOf = (addresses: readonly bigint[], callerPc?: bigint): readonly string[] => {
  const table = createStackTable({
    addresses: () => addresses,
    frames: (address): Frame[] => [{ function: `f${address.toString(16)}`, file: 'f.go', line: address }],
    loadBias: BIAS,
    buildId: 'build',
    isProbed: (address) => address === 0x1000,
  });
  const stack = callerPc === undefined ? table.find(1) : table.findWithCaller(1, callerPc);
  return stack.frames.map((frame) => frame.function);
};

it.each([
  ['whole', [PROBED, CALLER, NEXT], ['f1000', 'f1fff', 'f2fff']],
  ['without its caller', [PROBED, NEXT], ['f1000', 'f1fff', 'f2fff']],
  ['without its first address, as of two with one hash', [CALLER, NEXT], ['f1fff', 'f2fff']],
  ['without its first address and its caller', [NEXT], ['f1fff', 'f2fff']],
])('a stack %s: each caller once, at its call', (_, addresses, expected) => {
  expect(namesOf(addresses, CALLER)).toEqual(expected);
});

it('where nobody knows the caller, a return address still is one', () => {
  expect(namesOf([PROBED, CALLER])).toEqual(['f1000', 'f1fff']);
  expect(namesOf([CALLER, NEXT])).toEqual(['f1fff', 'f2fff']);
});

it('the same addresses with another direct caller are another stack', () => {
  const table = createStackTable({
    addresses: () => undefined,
    frames: (address): Frame[] => [{ function: `main.f${address.toString(16)}`, file: 'f.go', line: address }],
    loadBias: BIAS,
    buildId: 'build',
    isProbed: (address) => address === 0x1000,
  });
  const names = [CALLER, CALLER + 8n].map((caller) => table.findAddresses([PROBED, NEXT], caller).frames[1]?.function);
  expect(names).toEqual(['main.f1fff', 'main.f2007']);
});
