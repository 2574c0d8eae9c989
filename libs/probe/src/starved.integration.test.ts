/**
 * A service that has too little processor blames no lock: the wait for a processor is told apart from the wait for the
 * lock. Both are measured by the program too: testdata/locks, scene "starved", which has one processor, three goroutines
 * that never pause, and a lock that is held for microseconds. Skipped with its reason where there is no root or no Go.
 */
import { LOCK_KINDS } from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { playAlone } from './test-locks.ts';
import { findToolchains, markedLine, rowsOf, sumOf, whyNot } from './test-target.ts';
import type { Row } from './test-target.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);

describe.skipIf(reason !== undefined)(`a starved service (skipped: ${reason ?? 'no'})`, () => {
  it.each(toolchains)('$version: waits for the processor, not for an innocent lock', async (toolchain) => {
    const played = await playAlone(toolchain, { scene: 'starved', families: ['lock'], ringBytes: 1 << 20 });
    const { Waits: waits, LockNanos: lockNanos, StartNanos: startNanos } = played.answer;
    const rows = rowsOf(played.batches, 'lock_waits');
    // The program counts the waits it arranges; now and then the lock is free before its waiter parks.
    expect(rows.length).toBeLessThanOrEqual(waits);
    expect(rows.length).toBeGreaterThanOrEqual(waits - 2);
    expect(new Set(rows.map((row) => row['lock_kind']))).toEqual(new Set([LOCK_KINDS.mutex]));
    expect(new Set(rows.map((row) => row['waiter_line']))).toEqual(new Set([markedLine('innocent', 'locks')]));
    expect(new Set(rows.map((row) => row['holder_line']))).toEqual(new Set([markedLine('innocent holder', 'locks')]));
    const [wait, start] = [sumOf(rows, 'wait_ns'), sumOf(rows, 'sched_ns')];
    expect(Math.abs(start - startNanos)).toBeLessThan(0.02 * startNanos);
    expect(wait).toBeLessThan(1.02 * lockNanos + 1e6);
    // Each time somebody else has a time slice of 10 ms first (runtime/proc.go, forcePreemptNS).
    expect(medianOf(rows, 'sched_ns')).toBeGreaterThan(8e6);
    expect(medianOf(rows, 'wait_ns')).toBeLessThan(1e6);
    expect(wait).toBeLessThan(0.25 * start);
    expect(played.problems).toEqual([]);
  });
});

function medianOf(rows: readonly Row[], name: string): number {
  const values = rows.map((row) => Number(row[name])).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? NaN;
}
