/**
 * How long the kernel says that programs ran (bpf(2), BPF_ENABLE_STATS; Linux 5.8). While it counts, every BPF program of
 * the machine takes two readings of the clock more: so it is asked for moments only.
 */
import { readFileSync } from 'node:fs';
import { bpfFailed } from './bpf-syscall.ts';
import type { Libc } from './libc.ts';

export interface RunTime {
  readonly runs: number;
  readonly nanos: number;
}

/** include/uapi/linux/bpf.h: BPF_ENABLE_STATS with BPF_STATS_RUN_TIME = 0; on as long as a descriptor of it is open */
const ENABLE_STATS = 32;
const ATTRIBUTE_BYTES = 8;

export function countRuns(libc: Libc): Disposable {
  const attribute = libc.allocate(ATTRIBUTE_BYTES);
  new Uint8Array(libc.view(attribute, ATTRIBUTE_BYTES)).fill(0);
  const fd = libc.bpf(ENABLE_STATS, attribute, ATTRIBUTE_BYTES);
  const errno = libc.lastError();
  libc.free(attribute);
  if (fd < 0) throw bpfFailed('counting how long programs run', errno);
  return { [Symbol.dispose]: () => libc.close(fd) };
}

/** kernel/bpf/syscall.c, bpf_prog_show_fdinfo */
export function runTimeOf(programFd: number): RunTime {
  const text = readFileSync(`/proc/self/fdinfo/${programFd}`, 'utf8');
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { runs: number('run_cnt'), nanos: number('run_time_ns') };
}
