/** A BPF program that does nothing, at the same sites as a family's: what is left is the price of the kernel's trap. */
import { readFileSync } from 'node:fs';
import { MapscopeError } from '@mapscope/events';
import { openBpfSyscall } from '../src/kernel/bpf-syscall.ts';
import { openLibc } from '../src/kernel/libc.ts';
import type { ManifestHook } from '../src/manifest.ts';

export interface EmptyProgram {
  /** While `work` runs it sits at the hooks, one link per family as in a session; the number of hits if it was counted. */
  readonly during: (target: ProbeTarget, work: () => Promise<number>) => Promise<number>;
  readonly countDuring: (target: ProbeTarget, work: () => Promise<number>) => Promise<number>;
  readonly close: () => void;
}

export interface ProbeTarget {
  readonly pid: number;
  readonly executable: string;
  readonly hooks: readonly Pick<ManifestHook, 'family' | 'fileOffset'>[];
}

/** Documentation/bpf/standardization/instruction-set.rst: r0 = 0 (MOV64 of an immediate), exit. */
const CODE = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
/** include/uapi/linux/bpf.h: BPF_ENABLE_STATS with BPF_STATS_RUN_TIME = 0, on as long as the descriptor is open */
const ENABLE_STATS = 32;

export function openEmptyProgram(): EmptyProgram {
  const libc = openLibc();
  const bpf = openBpfSyscall(libc);
  const programFd = bpf.loadProgram('empty', CODE, 'Apache-2.0');
  const during = async ({ pid, executable, hooks }: ProbeTarget, work: () => Promise<number>): Promise<number> => {
    const families = [...new Set(hooks.map(({ family }) => family))];
    const links = families.map((family) => {
      const sites = hooks.filter((hook) => hook.family === family);
      const cookies = sites.map(({ fileOffset }) => ({ fileOffset, cookie: 0 }));
      return bpf.linkUprobes({ programFd, path: executable, pid, sites: cookies });
    });
    try {
      return await work();
    } finally {
      for (const link of links) await libc.closeAsync(link);
    }
  };
  const countDuring = async (target: ProbeTarget, work: () => Promise<number>): Promise<number> => {
    const attribute = libc.allocate(8);
    new Uint8Array(libc.view(attribute, 8)).fill(0);
    const stats = libc.bpf(ENABLE_STATS, attribute, 8);
    libc.free(attribute);
    if (stats < 0) throw new MapscopeError('BPF_FAILED', `counting runs failed with ${libc.lastError()}: Linux ≥ 5.8`);
    const before = runsOf(programFd);
    await during(target, work);
    libc.close(stats);
    return runsOf(programFd) - before;
  };
  return {
    during,
    countDuring,
    close: () => {
      libc.close(programFd);
      bpf.close();
    },
  };
}

/** kernel/bpf/syscall.c, bpf_prog_show_fdinfo */
function runsOf(programFd: number): number {
  const text = readFileSync(`/proc/self/fdinfo/${programFd}`, 'utf8');
  return Number(/^run_cnt:\s*(\d+)/m.exec(text)?.[1]);
}
