/** A BPF program that does nothing, at the same sites as a family's: what is left is the price of the kernel's trap. */
import { openBpfSyscall } from '../src/kernel/bpf-syscall.ts';
import { openLibc } from '../src/kernel/libc.ts';
import { countRuns, runTimeOf } from '../src/kernel/run-stats.ts';
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
    const counting = countRuns(libc);
    try {
      const before = runTimeOf(programFd).runs;
      await during(target, work);
      return runTimeOf(programFd).runs - before;
    } finally {
      counting[Symbol.dispose]();
    }
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
