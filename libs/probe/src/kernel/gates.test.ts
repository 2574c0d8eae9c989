import { expect, test } from 'vitest';
import { openGates } from './gates.ts';

const CPUS = 2;

const numberOf = (key: Uint8Array): number => new DataView(key.buffer).getUint32(0, true);

/** An array of one struct gate a CPU, as the kernel keeps it. */
function kernelMap() {
  const values = new Map<number, Uint8Array>();
  const valueOf = (gate: number): Uint8Array => values.get(gate) ?? new Uint8Array(CPUS * 16);
  const hit = (gate: number, cpu: number, times: number): void => {
    const value = valueOf(gate);
    const view = new DataView(value.buffer);
    view.setBigUint64(cpu * 16 + 8, view.getBigUint64(cpu * 16 + 8, true) + BigInt(times), true);
    values.set(gate, value);
  };
  const epochs = (gate: number): readonly number[] =>
    [0, 1].map((cpu) => new DataView(valueOf(gate).buffer).getUint32(cpu * 16, true));
  const bpf = {
    lookup: (_fd: number, key: Uint8Array) => valueOf(numberOf(key)).slice(),
    update: (_fd: number, key: Uint8Array, value: Uint8Array) => void values.set(numberOf(key), value.slice()),
  };
  return { bpf, hit, epochs };
}

test('gates that open together have one epoch, on every CPU, and no epoch comes twice', () => {
  const { bpf, epochs } = kernelMap();
  const gates = openGates(bpf, 3, CPUS);
  gates.set([0, 1, 2], true);
  expect([0, 1, 2].map(epochs)).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
  gates.set([0], false);
  gates.end([1]);
  expect([0, 1].map(epochs)).toEqual([
    [0, 0],
    [0, 0],
  ]);
  // what was stored while it was open is still true after a crash, but not where its probes went before
  expect([gates.epochOf(0), gates.epochOf(1), gates.epochOf(2)]).toEqual([1, 0, 1]);
  gates.set([0, 1], true);
  expect([0, 1, 2].map((gate) => gates.epochOf(gate))).toEqual([2, 2, 1]);
  expect(epochs(1)).toEqual([2, 2]);
});

test('hits only grow, whatever is opened and closed', () => {
  const { bpf, hit } = kernelMap();
  const gates = openGates(bpf, 3, CPUS);
  gates.set([4], true);
  hit(4, 0, 5);
  hit(4, 1, 7);
  expect(gates.hitsOf(4)).toBe(12);
  gates.set([4], false);
  expect(gates.hitsOf(4)).toBe(12);
  hit(4, 1, 1);
  gates.set([4], true);
  hit(4, 0, 2);
  expect(gates.hitsOf(4)).toBe(15);
});
