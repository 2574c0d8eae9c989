import { MapscopeError } from '@mapscope/events';
import { describe, expect, test } from 'vitest';
import { openBpfSyscall } from './bpf-syscall.ts';
import { openLibc } from './libc.ts';
import type { Libc } from './libc.ts';

/** A libc whose bpf(2) is interrupted so many times, then answers `fd`: a signal cannot be timed into the verifier. */
function interruptedLibc(interruptions: number, fd: number): Libc & { readonly calls: () => number } {
  let calls = 0;
  return {
    ...openLibc(),
    bpf: () => (++calls <= interruptions ? -1 : fd),
    lastError: () => (calls <= interruptions ? 'EAGAIN' : 'EINVAL'),
    calls: () => calls,
  };
}

describe('loading a program', () => {
  const code = new Uint8Array(16);

  test('goes on where a signal interrupted the verifier', () => {
    const libc = interruptedLibc(7, 42);
    expect(openBpfSyscall(libc).loadProgram('p', code, 'GPL')).toBe(42);
    expect(libc.calls()).toBe(8);
  });

  test('does not ask again when the kernel says no', () => {
    const libc = interruptedLibc(0, -1);
    expect(() => openBpfSyscall(libc).loadProgram('p', code, 'GPL')).toThrow(MapscopeError);
    expect(libc.calls(), 'once, and once more for the log').toBe(2);
  });

  test('gives up in the end', () => {
    const libc = interruptedLibc(1_000_000, 42);
    expect(() => openBpfSyscall(libc).loadProgram('p', code, 'GPL')).toThrow(/EAGAIN/);
  });
});
