import { describe, expect, it } from 'vitest';
import { possibleCpus, sumCounters } from '../counters.ts';
import { COUNTERS } from '../ring/record-layout.ts';
import { checkMachine, kernelSuffices } from './support.ts';

describe('kernelSuffices', () => {
  it.each([
    ['6.18.44-1-amd64', true],
    ['6.6.0', true],
    ['6.5.13', false],
    ['5.15.0-100-generic', false],
    ['7.0', true],
    ['strange', false],
  ])('%s: %s', (release, expected) => {
    expect(kernelSuffices(release)).toBe(expected);
  });
});

describe('checkMachine', () => {
  const good = { userId: 0, kernelRelease: '6.18.0', arch: 'x64' };
  it.each([
    [good, undefined],
    [{ ...good, userId: 1000 }, 'NOT_ROOT'],
    [{ ...good, kernelRelease: '5.10.0' }, 'KERNEL_UNSUPPORTED'],
    [{ ...good, arch: 'arm64' }, undefined],
    [{ ...good, arch: 'riscv64' }, 'KERNEL_UNSUPPORTED'],
  ])('%o → %s', (machine, code) => {
    const check = (): void => checkMachine(machine);
    if (code === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code }));
  });
});

describe('counters', () => {
  it.each([
    ['0-7\n', 8],
    ['0\n', 1],
    ['0,2-3\n', 4],
  ])('%j possible CPUs', (text, count) => {
    expect(possibleCpus(text)).toBe(count);
  });

  it('are summed over CPUs', () => {
    const value = new Uint8Array(2 * COUNTERS.sizeBytes);
    const view = new DataView(value.buffer);
    view.setBigUint64(8, 3n, true);
    view.setBigUint64(COUNTERS.sizeBytes + 8, 4n, true);
    view.setBigUint64(COUNTERS.lost + 16, 5n, true);
    view.setBigUint64(COUNTERS.sizeBytes + COUNTERS.selftestFailed, 6n, true);
    const counts = sumCounters(value);
    expect(counts.submitted).toMatchObject({ http_requests: 7n, lock_waits: 0n, probe_events: 0n });
    expect(counts.lost.lock_waits).toBe(5n);
    expect(counts.health).toEqual({ mapFull: 0n, stackFailed: 0n, selftestFailed: 6n, headersUnread: 0n });
  });
});
