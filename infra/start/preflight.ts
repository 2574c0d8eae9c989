/** What a machine must have before anything is started; each refusal says how to mend it. The pure checks first. */
import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { MapscopeError } from '@mapscope/events';

/** uprobe-multi links (one link for all probes of a family, detached in milliseconds) came with Linux 6.6. */
const OLDEST_KERNEL = { major: 6, minor: 6 } as const;

export function checkKernel(kernelRelease: string): void {
  const [major = 0, minor = 0] = kernelRelease.split('.').map((part) => Number.parseInt(part, 10));
  const isOldEnough = major > OLDEST_KERNEL.major || (major === OLDEST_KERNEL.major && minor >= OLDEST_KERNEL.minor);
  if (isOldEnough) return;
  throw new MapscopeError(
    'KERNEL_UNSUPPORTED',
    `Linux ${kernelRelease} is too old: probes need uprobe-multi links of Linux 6.6 or newer. Boot a newer kernel (on Debian 12: apt-get install -t bookworm-backports linux-image-amd64)`,
    { facts: { kernel: kernelRelease } },
  );
}

export function checkRoot(uid: number): void {
  if (uid === 0) return;
  throw new MapscopeError(
    'NOT_ROOT',
    `probes are loaded into the kernel, which needs root (CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE); this is user ${uid}. Run: sudo npm start`,
    { facts: { uid } },
  );
}

export function preflight(): void {
  checkRoot(process.getuid?.() ?? -1);
  checkKernel(release());
  if (!existsSync('/sys/kernel/btf/vmlinux') && !existsSync('/proc/sys/kernel/bpf_stats_enabled')) {
    throw new MapscopeError(
      'KERNEL_UNSUPPORTED',
      'this kernel was built without BPF: probes need CONFIG_BPF_SYSCALL and CONFIG_UPROBE_EVENTS',
    );
  }
}
