/**
 * The platform an agent's target runs on, from the text of /proc/cpuinfo and uname's release. Pure.
 */
import type { Platform } from '@mapscope/events';

/**
 * x86-64 psABI, "Micro-Architecture Levels" (https://gitlab.com/x86-psABIs/x86-64-ABI), in the words of Linux'
 * arch/x86/include/asm/cpufeatures.h: SSE3 is "pni", LZCNT is "abm", LAHF-SAHF is "lahf_lm", CMPXCHG16B is "cx16".
 * A level holds when its flags and those of the levels below it are there.
 */
const X86_LEVELS = [
  { level: 'x86-64-v2', flags: ['cx16', 'lahf_lm', 'popcnt', 'pni', 'sse4_1', 'sse4_2', 'ssse3'] },
  { level: 'x86-64-v3', flags: ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe', 'xsave'] },
  { level: 'x86-64-v4', flags: ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'] },
] as const;

/**
 * Arm ARM (DDI 0487), features that are mandatory from a version on and that Linux shows as hwcaps
 * (Documentation/arch/arm64/elf_hwcaps.rst).
 */
const ARM_LEVELS = [
  { level: 'armv8.1', flags: ['atomics', 'asimdrdm', 'crc32'] },
  { level: 'armv8.2', flags: ['dcpop'] },
  { level: 'armv8.3', flags: ['fcma', 'jscvt', 'lrcpc'] },
  { level: 'armv8.4', flags: ['dit', 'flagm', 'ilrcpc', 'uscat'] },
  { level: 'armv8.5', flags: ['flagm2', 'frint', 'sb'] },
  { level: 'armv8.6', flags: ['bf16', 'i8mm'] },
] as const;

/** MIDR_EL1.Implementer (DDI 0487, table of implementer codes). */
const ARM_IMPLEMENTERS: Readonly<Record<string, string>> = {
  '0x41': 'ARM',
  '0x42': 'Broadcom',
  '0x43': 'Cavium',
  '0x46': 'Fujitsu',
  '0x48': 'HiSilicon',
  '0x4e': 'NVIDIA',
  '0x51': 'Qualcomm',
  '0x61': 'Apple',
  '0x6d': 'Microsoft',
  '0xc0': 'Ampere',
};

interface Level {
  readonly level: string;
  readonly flags: readonly string[];
}

/** The highest level all of whose flags, and those of all below, are present. */
function highest(levels: readonly Level[], flags: ReadonlySet<string>, base: string): string {
  const missing = levels.findIndex((level) => !level.flags.every((flag) => flags.has(flag)));
  const reached = missing === -1 ? levels.length : missing;
  return levels[reached - 1]?.level ?? base;
}

/** The first processor speaks for all: level and vendor do not differ within a machine that Go may schedule on freely. */
function field(cpuinfo: string, name: string): string {
  const line = cpuinfo.split('\n').find((candidate) => candidate.split(':')[0]?.trim() === name);
  return line?.slice(line.indexOf(':') + 1).trim() ?? '';
}

export interface PlatformFacts {
  readonly arch: Platform['arch'];
  /** text of /proc/cpuinfo */
  readonly cpuinfo: string;
  /** uname -r, e.g. 6.1.0-18-amd64 */
  readonly release: string;
  /** e.g. 1.24.4 */
  readonly goVersion: string;
}

export function readPlatform({ arch, cpuinfo, release, goVersion }: PlatformFacts): Platform {
  const kernel = /^\d+\.\d+/.exec(release)?.[0] ?? 'unknown';
  const cpu = arch === 'amd64' ? readX86(cpuinfo) : readArm(cpuinfo);
  return { arch, ...cpu, goVersion, kernel };
}

type Cpu = Pick<Platform, 'cpuVendor' | 'level'>;

function readX86(cpuinfo: string): Cpu {
  return { cpuVendor: field(cpuinfo, 'vendor_id'), level: highest(X86_LEVELS, words(cpuinfo, 'flags'), 'x86-64-v1') };
}

function readArm(cpuinfo: string): Cpu {
  const implementer = field(cpuinfo, 'CPU implementer');
  const level = highest(ARM_LEVELS, words(cpuinfo, 'Features'), 'armv8.0');
  return { cpuVendor: ARM_IMPLEMENTERS[implementer] ?? implementer, level };
}

function words(cpuinfo: string, name: string): ReadonlySet<string> {
  return new Set(field(cpuinfo, name).split(/\s+/));
}
