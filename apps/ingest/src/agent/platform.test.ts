import { expect, test } from 'vitest';
import { platformTag } from '@mapscope/events';
import { readPlatform } from './platform.ts';

const V2 = 'cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3';
const V3 = 'avx avx2 bmi1 bmi2 f16c fma abm movbe xsave';
const V4 = 'avx512f avx512bw avx512cd avx512dq avx512vl';
const x86 = (flags: string): string =>
  `processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: X: Y\nflags\t\t: fpu ${flags} sse2\n\nprocessor\t: 1\n`;
const arm = (implementer: string, features: string): string =>
  `processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd ${features}\nCPU implementer\t: ${implementer}\nCPU architecture: 8\n`;

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
  const platform = readPlatform({ arch: 'amd64', cpuinfo: x86(flags), release: '6.18.44-x', goVersion: '1.24.4' });
  expect(platform).toEqual({ arch: 'amd64', cpuVendor: 'AuthenticAMD', level, goVersion: '1.24.4', kernel: '6.18' });
});

test.each([
  ['0x41', '', 'ARM', 'armv8.0'],
  ['0x41', 'atomics asimdrdm crc32 dcpop', 'ARM', 'armv8.2'],
  ['0xc0', 'atomics asimdrdm crc32 dcpop fcma jscvt lrcpc dit flagm ilrcpc uscat', 'Ampere', 'armv8.4'],
  ['0x99', 'atomics', '0x99', 'armv8.0'],
])('an arm64 of %s with "%s" is %s %s', (implementer, features, cpuVendor, level) => {
  const cpuinfo = arm(implementer, features);
  const platform = readPlatform({ arch: 'arm64', cpuinfo, release: '6.1.0', goVersion: '1.26.0' });
  expect(platform).toMatchObject({ cpuVendor, level, kernel: '6.1' });
});

test('an empty cpuinfo gives a tag that says unknown instead of failing', () => {
  const platform = readPlatform({ arch: 'amd64', cpuinfo: '', release: 'odd', goVersion: '1.19' });
  expect(platformTag(platform)).toBe('arch=amd64;cpu=unknown;level=x86-64-v1;go=1.19;kernel=unknown');
});
