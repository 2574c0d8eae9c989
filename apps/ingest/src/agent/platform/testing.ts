/** Texts of machines for tests. arm64 under QEMU: taken from a running 6.12 kernel; the others written by the formats' documentation. */
import type { HostFacts } from './read-platform.ts';

const N1 = 'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp';
const V8_4 = `${N1} jscvt fcma sha3 asimdfhm dit uscat ilrcpc flagm ssbs paca pacg dcpodp`;
export const FEATURES = {
  a57: 'fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid',
  n1: N1,
  graviton2: `${N1} ssbs`,
  graviton3: `${V8_4} sm3 sm4 sha512 sve svei8mm svebf16 i8mm bf16 dgh rng`,
  m1: `${V8_4} sha512 sb flagm2 frint`,
  m4: `${V8_4} sha512 sb flagm2 frint bf16 i8mm sme`,
  ampereOne: `${V8_4} sb flagm2 frint bf16 i8mm rng bti ecv`,
  max: 'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm jscvt fcma lrcpc dcpop sha3 sm3 sm4 asimddp sha512 sve asimdfhm dit ilrcpc flagm ssbs sb paca pacg dcpodp sve2 sveaes svepmull svebitperm svesha3 svesm4 flagm2 frint svei8mm svef32mm svef64mm svebf16 i8mm bf16 dgh rng bti',
} as const;

export interface ArmText {
  readonly implementer: string;
  readonly parts: readonly string[];
  readonly features: string;
  readonly bogomips: string;
}

export const armCpuinfo = ({ implementer, parts, features, bogomips }: ArmText): string =>
  parts
    .map(
      (part, cpu) =>
        `processor\t: ${cpu}\nBogoMIPS\t: ${bogomips}\nFeatures\t: ${features}\nCPU implementer\t: ${implementer}\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: ${part}\nCPU revision\t: 1\n`,
    )
    .join('\n');

const V3 =
  'fpu vme de pse tsc msr cx8 sse sse2 ht syscall nx lm pni ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt xsave avx f16c hypervisor lahf_lm abm bmi1 avx2 bmi2';
export const FLAGS = {
  v3: V3,
  v4: `${V3} avx512f avx512dq avx512cd avx512bw avx512vl`,
  qemu64: 'fpu de pse tsc msr cx8 sse sse2 ht syscall nx lm pni cx16 hypervisor lahf_lm',
} as const;

export interface X86Text {
  readonly vendor: string;
  readonly family: number;
  readonly model: number;
  readonly name: string;
  readonly flags: string;
}

export const x86Cpuinfo = ({ vendor, family, model, name, flags }: X86Text): string =>
  [0, 1]
    .map(
      (cpu) =>
        `processor\t: ${cpu}\nvendor_id\t: ${vendor}\ncpu family\t: ${family}\nmodel\t\t: ${model}\nmodel name\t: ${name}\nstepping\t: 1\nflags\t\t: ${flags}\nbogomips\t: 5192.24\n`,
    )
    .join('\n');

export function auxvBytes(pairs: readonly (readonly [type: number, value: bigint])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer((pairs.length + 1) * 16));
  pairs.forEach(([type, value], i) => {
    view.setBigUint64(i * 16, BigInt(type), true);
    view.setBigUint64(i * 16 + 8, value, true);
  });
  return new Uint8Array(view.buffer);
}

export const hostFacts = (facts: Partial<HostFacts> & Pick<HostFacts, 'cpuinfo'>): HostFacts => ({
  auxv: auxvBytes([[6, 4096n]]),
  firmware: { dmiVendor: '', deviceTree: '', clocksources: 'tsc kvm-clock \n' },
  confidential: [],
  release: '6.12.107+deb13-cloud-arm64',
  ...facts,
});
