/** Can this machine do it? Pure: the session passes what it read. */
import { MapscopeError } from '@mapscope/events';
import { objectArch } from './object-file.ts';

/** uprobe_multi links: Linux 6.6, commit 89ae89f53d20 "bpf: Add multi uprobe link". */
const NEEDED = { major: 6, minor: 6 };

export interface Machine {
  /** effective user id */
  readonly userId: number;
  /** os.release(), e.g. 6.18.44-1 */
  readonly kernelRelease: string;
  /** process.arch */
  readonly arch: string;
}

export function checkMachine(machine: Machine): void {
  if (objectArch(machine.arch) === undefined) {
    const message = `probes are built for x86-64 and arm64 and this machine is ${machine.arch}: run the agent on a host of one of these`;
    throw new MapscopeError('KERNEL_UNSUPPORTED', message, { facts: { arch: machine.arch } });
  }
  if (!kernelSuffices(machine.kernelRelease)) {
    const message = `kernel ${machine.kernelRelease} lacks uprobe_multi links: Linux 6.6 or newer is needed (Debian 13, Ubuntu 24.04, RHEL 10)`;
    throw new MapscopeError('KERNEL_UNSUPPORTED', message, { facts: { kernel: machine.kernelRelease } });
  }
  if (machine.userId !== 0) {
    const message = `attaching probes needs root and the agent runs as user ${machine.userId}: start it with sudo`;
    throw new MapscopeError('NOT_ROOT', message, { facts: { userId: machine.userId } });
  }
}

export function kernelSuffices(release: string): boolean {
  const [, majorText, minorText] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  const major = Number(majorText);
  return major > NEEDED.major || (major === NEEDED.major && Number(minorText) >= NEEDED.minor);
}
