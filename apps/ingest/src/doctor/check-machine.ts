/** Is this machine one on which probes work? Pure; machine-facts.ts looks. */
import { MapscopeError } from '@mapscope/events';
import { type Trial, kernelSuffices } from '@mapscope/probe';
import { type Check, fromError, unwell, well } from './check.ts';

export interface MachineFacts {
  /** process.arch */
  readonly arch: string;
  /** uname -r */
  readonly release: string;
  readonly userId: number;
  /** text of /proc/self/status */
  readonly status: string;
  /** text of /proc/self/limits */
  readonly limits: string;
  /** text of /sys/kernel/security/lockdown; '' where there is none */
  readonly lockdown: string;
  /** text of /proc/sys/net/core/bpf_jit_enable; '' where it may not be read */
  readonly jit: string;
  readonly availableBytes: number;
  /** undefined: a system call could not even be tried */
  readonly trials: readonly Trial[] | undefined;
}

/** include/uapi/linux/capability.h */
const CAPABILITIES = { CAP_SYS_PTRACE: 19, CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 } as const;
const MIB = 1024 * 1024;
/** A ring of 16 MiB, maps of some megabytes, and an agent of Node beside them. */
const NEEDED_BYTES = 256 * MIB;

export function checkMachineFacts(facts: MachineFacts): readonly Check[] {
  const { arch, release, userId, availableBytes, jit, lockdown, trials } = facts;
  return [
    arch === 'x64'
      ? well('processor', 'x86-64')
      : unwell('processor', `${arch}: probes are built for x86-64; run the agent on an x86-64 host`),
    checkRelease(release),
    userId === 0 ? well('root', 'yes') : unwell('root', `no, user ${userId}: run with sudo`),
    checkCapabilities(facts.status),
    checkMemlock(facts.limits),
    availableBytes >= NEEDED_BYTES
      ? well('memory', `${Math.floor(availableBytes / MIB)} MiB available`)
      : unwell(
          'memory',
          `${Math.floor(availableBytes / MIB)} MiB available, ${NEEDED_BYTES / MIB} are needed: free some, or give the agent a smaller --ring-bytes`,
        ),
    jit.trim() === '0'
      ? unwell('BPF compiler', 'off, probes would cost several times as much: sysctl net.core.bpf_jit_enable=1')
      : well('BPF compiler', 'on'),
    /\[confidentiality\]/.test(lockdown)
      ? unwell('lockdown', 'confidentiality: no program may read memory; boot without lockdown=confidentiality')
      : well('lockdown', /\[(\w+)\]/.exec(lockdown)?.[1] ?? 'none'),
    ...(trials === undefined ? [] : checkTrials(trials)),
  ];
}

function checkRelease(release: string): Check {
  return kernelSuffices(release)
    ? well('kernel', `Linux ${release}`)
    : unwell('kernel', `Linux ${release}: 6.6 or newer is needed (Debian 13, Ubuntu 24.04, RHEL 10)`);
}

function checkCapabilities(status: string): Check {
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const has = (bit: number): boolean => ((held >> BigInt(bit)) & 1n) === 1n;
  const { CAP_SYS_ADMIN: all, ...single } = CAPABILITIES;
  const missing = Object.entries(single).filter(([name, bit]) => !has(bit) && (name === 'CAP_SYS_PTRACE' || !has(all)));
  const names = missing.map(([name]) => name).join(', ');
  if (missing.length === 0) return well('capabilities', 'CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE');
  return unwell(
    'capabilities',
    `${names} missing: run with sudo; in a container give it --cap-add for each, or --privileged`,
  );
}

/** Linux 5.11, commit 97306be45fbe: BPF memory is charged to the control group, no longer to RLIMIT_MEMLOCK. */
function checkMemlock(limits: string): Check {
  const limit = /^Max locked memory\s+(\S+)/m.exec(limits)?.[1] ?? 'unknown';
  return well('memlock', `${limit}: of no account since Linux 5.11, the control group's memory counts`);
}

/** Where the kernel refuses the first things, it refuses every family for the same reason. */
function checkTrials(trials: readonly Trial[]): readonly Check[] {
  const basic = trials.filter(({ what }) => BASIC.has(what));
  const told = basic.some(({ error }) => error !== undefined) ? basic : trials;
  return told.map(({ what, error }) => {
    const name = BASIC.has(what) ? what : `family ${what}`;
    return error === undefined ? well(name, 'works') : fromError(name, shortened(error));
  });
}

const BASIC: ReadonlySet<string> = new Set(['ring buffer', 'program', 'uprobe-multi link']);

/** Without what the verifier says: the agent's log has it all. */
const shortened = ({ code, message }: MapscopeError): MapscopeError =>
  new MapscopeError(code, message.split('\n')[0] ?? code);
