/** An x86 CPU from /proc/cpuinfo. Pure. */
import type { Platform } from '@mapscope/events';
import type { Cpuinfo } from './cpuinfo.ts';
import { highest } from './level.ts';

/**
 * x86-64 psABI, "Micro-Architecture Levels" (https://gitlab.com/x86-psABIs/x86-64-ABI), in the words of Linux'
 * arch/x86/include/asm/cpufeatures.h: SSE3 is "pni", LZCNT is "abm", LAHF-SAHF is "lahf_lm", CMPXCHG16B is "cx16".
 */
const LEVELS = [
  { level: 'x86-64-v2', flags: ['cx16', 'lahf_lm', 'popcnt', 'pni', 'sse4_1', 'sse4_2', 'ssse3'] },
  { level: 'x86-64-v3', flags: ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe', 'xsave'] },
  { level: 'x86-64-v4', flags: ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'] },
] as const;

/** Flag of Linux → word of ours. */
const EXTENSIONS = { amx_tile: 'amx' } as const;

export type Cpu = Pick<Platform, 'cpuVendor' | 'level' | 'part' | 'extensions'>;

export function readX86(cpuinfo: Cpuinfo): Cpu {
  const flags = cpuinfo.words('flags');
  const [family, model] = [cpuinfo.first('cpu family'), cpuinfo.first('model')];
  return {
    cpuVendor: cpuinfo.first('vendor_id'),
    level: highest(LEVELS, flags, 'x86-64-v1'),
    part: family === '' || model === '' ? undefined : `${family}.${model}`,
    extensions: Object.entries(EXTENSIONS).flatMap(([flag, word]) => (flags.has(flag) ? [word] : [])),
  };
}
