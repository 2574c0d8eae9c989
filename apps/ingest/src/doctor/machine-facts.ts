/** What this machine says of itself. Impure and thin. */
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { MapscopeError } from '@mapscope/events';
import { type Trial, tryKernel } from '@mapscope/probe';
import type { MachineFacts } from './check-machine.ts';

export function machineFacts(): MachineFacts {
  return {
    arch: process.arch,
    release: release(),
    userId: process.geteuid?.() ?? -1,
    status: text('/proc/self/status'),
    limits: text('/proc/self/limits'),
    lockdown: text('/sys/kernel/security/lockdown'),
    jit: text('/proc/sys/net/core/bpf_jit_enable'),
    availableBytes: process.availableMemory(),
    trials: trials(),
  };
}

/** The programs are built for one processor. */
function trials(): readonly Trial[] | undefined {
  if (process.arch !== 'x64') return undefined;
  try {
    return tryKernel();
  } catch (cause) {
    const error = new MapscopeError('BPF_FAILED', `the kernel could not be asked: ${String(cause)}`, { cause });
    return [{ what: 'program', error }];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
