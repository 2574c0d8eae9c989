import { platformTag } from '@mapscope/events';
import { expect, test } from 'vitest';
import { parseCpuinfo } from './cpuinfo.ts';
import { readPlatform } from './read-platform.ts';
import { FLAGS, hostFacts, x86Cpuinfo } from './testing.ts';
import { readX86 } from './x86.ts';

const V2 = 'cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3';
const V3 = 'avx avx2 bmi1 bmi2 f16c fma abm movbe xsave';
const V4 = 'avx512f avx512bw avx512cd avx512dq avx512vl';
const EPYC = { vendor: 'AuthenticAMD', family: 26, model: 2, name: 'AMD EPYC', flags: FLAGS.v4 } as const;
const XEON = { vendor: 'GenuineIntel', family: 6, model: 143, name: 'Intel(R) Xeon(R) Platinum 8481C' } as const;

test.each([
  ['nothing more', '', 'x86-64-v1'],
  ['all of v2', V2, 'x86-64-v2'],
  ['v2 but for popcnt', V2.replace('popcnt ', ''), 'x86-64-v1'],
  ['all of v3', `${V2} ${V3}`, 'x86-64-v3'],
  ['v3 without its v2', V3, 'x86-64-v1'],
  ['v3 but for lzcnt', `${V2} ${V3.replace('abm ', '')}`, 'x86-64-v2'],
  ['all of v4', `${V2} ${V3} ${V4}`, 'x86-64-v4'],
  ['v4 but for vl', `${V2} ${V3} ${V4.replace(' avx512vl', '')}`, 'x86-64-v3'],
])('an x86 with %s is %s → %s', (_name, flags, level) => {
  expect(readX86(parseCpuinfo(x86Cpuinfo({ ...EPYC, flags: `fpu ${flags} sse2` }))).level).toBe(level);
});

test.each([
  [
    'EPYC 9005 under KVM',
    { cpuinfo: x86Cpuinfo(EPYC) },
    'cpu=AuthenticAMD;level=x86-64-v4;go=1.24.4;kernel=6.12;part=26.2;ext=none;page=4k;emu=no;v=2',
  ],
  [
    'Sapphire Rapids as a TDX guest',
    { cpuinfo: x86Cpuinfo({ ...XEON, flags: `${FLAGS.v4} amx_tile tdx_guest` }) },
    'cpu=GenuineIntel;level=x86-64-v4;go=1.24.4;kernel=6.12;part=6.143;ext=amx;cc=tdx;page=4k;emu=no;v=2',
  ],
  [
    'EPYC 7003 as an SEV-SNP guest',
    {
      cpuinfo: x86Cpuinfo({ ...EPYC, family: 25, model: 1, flags: FLAGS.v3 }),
      confidential: ['/sys/devices/system/cpu/sev/vmpl' as const],
    },
    'cpu=AuthenticAMD;level=x86-64-v3;go=1.24.4;kernel=6.12;part=25.1;ext=none;cc=sev-snp;page=4k;emu=no;v=2',
  ],
  [
    'an SNP host, which is no guest',
    { cpuinfo: x86Cpuinfo({ ...EPYC, flags: `${FLAGS.v3} sev sev_es sev_snp` }) },
    'cpu=AuthenticAMD;level=x86-64-v3;go=1.24.4;kernel=6.12;part=26.2;ext=none;page=4k;emu=no;v=2',
  ],
  [
    'QEMU -cpu max without KVM',
    { cpuinfo: x86Cpuinfo({ ...EPYC, name: 'QEMU TCG CPU version 2.5+', flags: FLAGS.v3 }) },
    'cpu=AuthenticAMD;level=x86-64-v3;go=1.24.4;kernel=6.12;part=26.2;ext=none;page=4k;emu=tcg;v=2',
  ],
  [
    'Rosetta in a Linux guest',
    { cpuinfo: x86Cpuinfo({ ...EPYC, vendor: 'VirtualApple', name: 'VirtualApple @ 2.50GHz', flags: FLAGS.qemu64 }) },
    'cpu=VirtualApple;level=x86-64-v1;go=1.24.4;kernel=6.12;part=26.2;ext=none;page=4k;emu=rosetta;v=2',
  ],
])('%s', (_name, facts, tag) => {
  const platform = readPlatform(hostFacts(facts), { arch: 'amd64', goVersion: '1.24.4' });
  expect(platformTag(platform)).toBe(`arch=amd64;${tag}`);
});

test.each([
  ['QEMU\n', 'tsc hpet acpi_pm \n', 'suspected'],
  ['QEMU\n', 'kvm-clock tsc acpi_pm \n', 'no'],
  ['Amazon EC2\n', 'tsc hpet \n', 'no'],
  ['', 'tsc \n', 'no'],
])('vendor %j with the clocks %j: emulated %s', (dmiVendor, clocksources, emulation) => {
  const host = hostFacts({ cpuinfo: x86Cpuinfo(EPYC), firmware: { dmiVendor, deviceTree: '', clocksources } });
  expect(readPlatform(host, { arch: 'amd64', goVersion: '1.24' }).emulation).toBe(emulation);
});

test('an empty cpuinfo gives a tag that says unknown, and nothing of emulation, instead of failing', () => {
  const host = hostFacts({ cpuinfo: '', release: 'odd', auxv: new Uint8Array() });
  const tag = platformTag(readPlatform(host, { arch: 'amd64', goVersion: '1.19' }));
  expect(tag).toBe('arch=amd64;cpu=unknown;level=x86-64-v1;go=1.19;kernel=unknown;ext=none;v=2');
});
