import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLIGHT_ENTRY } from './layout.ts';
import { takeSnapshot } from './snapshot.ts';
import type { FlightMemory } from './snapshot.ts';

const SLOTS = 8;
const NOW = 1_000_000n;

function emptyMemory(cpus: number): FlightMemory {
  const entries = new Uint8Array(cpus * SLOTS * FLIGHT_ENTRY.sizeBytes);
  return { heads: new BigUint64Array(cpus * 8), entries, cpus, slots: SLOTS };
}

/** As the BPF program does: a number of its own, the slot by that number, the sequence at the end. */
function write(memory: FlightMemory, cpu: number, ts: bigint, isFinished = true): void {
  const number = memory.heads[cpu * 8] ?? 0n;
  memory.heads[cpu * 8] = number + 1n;
  const slot = cpu * SLOTS + (Number(number) & (SLOTS - 1));
  const view = new DataView(memory.entries.buffer, slot * FLIGHT_ENTRY.sizeBytes, FLIGHT_ENTRY.sizeBytes);
  view.setBigUint64(FLIGHT_ENTRY.ts, ts, true);
  view.setBigUint64(FLIGHT_ENTRY.goid, 1000n + ts, true);
  view.setBigUint64(FLIGHT_ENTRY.sequence, isFinished ? number + 1n : 0n, true);
}

describe('takeSnapshot', () => {
  it('an empty recorder holds nothing and lacks nothing', () => {
    const { entries, accounting, completeFrom } = takeSnapshot(emptyMemory(2), NOW);
    expect(entries.rows).toBe(0);
    expect(accounting).toEqual({ written: 0, kept: 0, overwritten: 0, torn: 0 });
    expect(completeFrom).toBe(0n);
  });

  it('entries of all CPUs come in the order of their time, with their fields', () => {
    const memory = emptyMemory(2);
    for (const [cpu, ts] of [
      [0, 10n],
      [1, 12n],
      [0, 15n],
      [1, 11n],
    ] as const)
      write(memory, cpu, ts);
    const { entries, accounting } = takeSnapshot(memory, NOW);
    expect([...entries.ts]).toEqual([10n, 11n, 12n, 15n]);
    expect([...entries.goid]).toEqual([1010n, 1011n, 1012n, 1015n]);
    expect(accounting).toEqual({ written: 4, kept: 4, overwritten: 0, torn: 0 });
  });

  it('it is complete from the oldest entry of the CPU that lost the latest ones', () => {
    const memory = emptyMemory(2);
    for (let ts = 1n; ts <= 10n; ts++) write(memory, 0, ts);
    for (let ts = 100n; ts <= 108n; ts++) write(memory, 1, ts);
    const { entries, accounting, completeFrom } = takeSnapshot(memory, NOW);
    expect(accounting).toEqual({ written: 19, kept: 16, overwritten: 3, torn: 0 });
    expect(completeFrom).toBe(101n);
    expect(entries.ts[0]).toBe(3n);
  });

  it('what came after its moment is left to the next one: on another CPU what it followed may not be counted yet', () => {
    const memory = emptyMemory(2);
    write(memory, 0, 1n);
    write(memory, 1, 2n);
    write(memory, 1, 4n);
    const { entries, accounting } = takeSnapshot(memory, 3n);
    expect([...entries.ts]).toEqual([1n, 2n]);
    expect(accounting).toEqual({ written: 2, kept: 2, overwritten: 0, torn: 0 });
  });

  it('an entry that is still being written is torn, not told', () => {
    const memory = emptyMemory(1);
    write(memory, 0, 1n);
    write(memory, 0, 2n, false);
    write(memory, 0, 3n);
    const { entries, accounting } = takeSnapshot(memory, NOW);
    expect([...entries.ts]).toEqual([1n, 3n]);
    expect(accounting).toEqual({ written: 3, kept: 2, overwritten: 0, torn: 1 });
  });

  it('what is overwritten while it is copied is torn, and the rest is whole', () => {
    const memory = emptyMemory(1);
    for (let ts = 1n; ts <= 8n; ts++) write(memory, 0, ts);
    const copy = memory.entries.slice.bind(memory.entries);
    memory.entries.slice = () => {
      const copied = copy();
      for (let ts = 9n; ts <= 10n; ts++) write(memory, 0, ts);
      return copied;
    };
    const { entries, accounting, completeFrom } = takeSnapshot(memory, NOW);
    expect([...entries.ts]).toEqual([3n, 4n, 5n, 6n, 7n, 8n]);
    expect(accounting).toEqual({ written: 8, kept: 6, overwritten: 0, torn: 2 });
    expect(completeFrom).toBe(3n);
  });

  it('written = kept + overwritten + torn, whatever was written where', () => {
    const writes = fc.array(fc.record({ cpu: fc.integer({ min: 0, max: 2 }), isFinished: fc.boolean() }), {
      maxLength: 60,
    });
    const property = fc.property(writes, (all) => {
      const memory = emptyMemory(3);
      for (const [at, { cpu, isFinished }] of all.entries()) write(memory, cpu, BigInt(at), isFinished);
      const { entries, accounting } = takeSnapshot(memory, NOW);
      const { written, kept, overwritten, torn } = accounting;
      expect(written).toBe(all.length);
      expect(kept + overwritten + torn).toBe(written);
      expect(entries.rows).toBe(kept);
      expect([...entries.ts]).toEqual([...entries.ts].toSorted((a, b) => Number(a - b)));
    });
    fc.assert(property, { numRuns: 300, interruptAfterTimeLimit: 2000 });
  });
});
