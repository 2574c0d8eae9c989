/** An arm64 CPU from /proc/cpuinfo and the auxiliary vector. Pure. */
import { type Auxv, armFeatures } from './auxv.ts';
import type { Cpuinfo } from './cpuinfo.ts';
import { highest } from './level.ts';
import type { Cpu } from './x86.ts';

/**
 * Arm ARM (DDI 0487), features that are mandatory from a version on and that Linux shows as hwcaps
 * (Documentation/arch/arm64/elf_hwcaps.rst).
 */
const LEVELS = [
  { level: 'armv8.1', flags: ['atomics', 'asimdrdm', 'crc32'] },
  { level: 'armv8.2', flags: ['dcpop'] },
  { level: 'armv8.3', flags: ['fcma', 'jscvt', 'lrcpc'] },
  { level: 'armv8.4', flags: ['dit', 'flagm', 'ilrcpc', 'uscat'] },
  { level: 'armv8.5', flags: ['flagm2', 'frint', 'sb'] },
  { level: 'armv8.6', flags: ['bf16', 'i8mm'] },
] as const;

/** LSE: atomics in one instruction, what Go's sync uses where it is there, instead of a loop of exclusive loads and stores. */
const EXTENSIONS = { atomics: 'lse', sve: 'sve', sve2: 'sve2', sme: 'sme' } as const;

/** MIDR_EL1.Implementer (DDI 0487, table of implementer codes). */
const IMPLEMENTERS: Readonly<Record<string, string>> = {
  '0x00': 'QEMU',
  '0x41': 'ARM',
  '0x42': 'Broadcom',
  '0x43': 'Cavium',
  '0x46': 'Fujitsu',
  '0x48': 'HiSilicon',
  '0x4e': 'NVIDIA',
  '0x50': 'APM',
  '0x51': 'Qualcomm',
  '0x53': 'Samsung',
  '0x56': 'Marvell',
  '0x61': 'Apple',
  '0x6d': 'Microsoft',
  '0xc0': 'Ampere',
};

/**
 * MIDR_EL1.PartNum of cores that servers and developers' machines have (Arm: the technical reference manual of each; Apple:
 * Linux arch/arm64/include/asm/cputype.h, as for Ampere and HiSilicon; QEMU's own: target/arm/tcg/cpu64.c, 'Q').
 */
const PARTS: Readonly<Record<string, string>> = {
  '0x00 0x051': 'max',
  '0x41 0xd03': 'cortex-a53',
  '0x41 0xd05': 'cortex-a55',
  '0x41 0xd07': 'cortex-a57',
  '0x41 0xd08': 'cortex-a72',
  '0x41 0xd0b': 'cortex-a76',
  '0x41 0xd0c': 'neoverse-n1',
  '0x41 0xd40': 'neoverse-v1',
  '0x41 0xd49': 'neoverse-n2',
  '0x41 0xd4f': 'neoverse-v2',
  '0x41 0xd83': 'neoverse-v3ae',
  '0x41 0xd84': 'neoverse-v3',
  '0x41 0xd8e': 'neoverse-n3',
  '0x43 0x0af': 'thunderx2',
  '0x46 0x001': 'a64fx',
  '0x48 0xd01': 'tsv110',
  '0x61 0x022': 'm1-icestorm',
  '0x61 0x023': 'm1-firestorm',
  '0x61 0x032': 'm2-blizzard',
  '0x61 0x033': 'm2-avalanche',
  '0x6d 0xd49': 'azure-cobalt-100',
  '0xc0 0xac3': 'ampere1',
  '0xc0 0xac4': 'ampere1a',
};

export function readArm(cpuinfo: Cpuinfo, auxv: Auxv): Cpu {
  const [implementer = ''] = cpuinfo.all('CPU implementer');
  const asked = armFeatures(auxv);
  const features = asked.size > 0 ? asked : cpuinfo.words('Features');
  const parts = cpuinfo.all('CPU part').map((part) => PARTS[`${implementer} ${part}`] ?? part);
  return {
    cpuVendor: IMPLEMENTERS[implementer] ?? implementer,
    level: highest(LEVELS, features, 'armv8.0'),
    part: parts.length === 0 ? undefined : parts.sort().join('+'),
    extensions: Object.entries(EXTENSIONS).flatMap(([flag, word]) => (features.has(flag) ? [word] : [])),
  };
}
