import { platformTag } from '@mapscope/events';
import { array, assert, property, string, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { armFeatures, parseAuxv } from './auxv.ts';
import { readPlatform } from './read-platform.ts';
import { armCpuinfo, auxvBytes, FEATURES, hostFacts } from './testing.ts';

const ARM = '0x41';
const N1 = ['0xd0c', '0xd0c'] as const;
const VIRT = { dmiVendor: '', deviceTree: 'linux,dummy-virt\0', clocksources: 'arch_sys_counter \n' };

test.each([
  [
    'Graviton2',
    { implementer: ARM, parts: N1, features: FEATURES.graviton2, bogomips: '243.75' },
    'cpu=ARM;level=armv8.2;go=1.26.0;kernel=6.12;part=neoverse-n1;ext=lse;page=4k;emu=no;v=2',
  ],
  [
    'Graviton3',
    { implementer: ARM, parts: ['0xd40'], features: FEATURES.graviton3, bogomips: '2100.00' },
    'cpu=ARM;level=armv8.4;go=1.26.0;kernel=6.12;part=neoverse-v1;ext=lse+sve;page=4k;emu=no;v=2',
  ],
  [
    'Ampere Altra under KVM',
    { implementer: ARM, parts: N1, features: FEATURES.graviton2, bogomips: '50.00' },
    'cpu=ARM;level=armv8.2;go=1.26.0;kernel=6.12;part=neoverse-n1;ext=lse;page=4k;emu=no;v=2',
  ],
  [
    'AmpereOne',
    { implementer: '0xc0', parts: ['0xac3'], features: FEATURES.ampereOne, bogomips: '2000.00' },
    'cpu=Ampere;level=armv8.6;go=1.26.0;kernel=6.12;part=ampere1;ext=lse;page=4k;emu=no;v=2',
  ],
  [
    'Apple M1, two kinds of cores in whatever order',
    { implementer: '0x61', parts: ['0x023', '0x022', '0x023'], features: FEATURES.m1, bogomips: '48.00' },
    'cpu=Apple;level=armv8.5;go=1.26.0;kernel=6.12;part=m1-firestorm+m1-icestorm;ext=lse;page=4k;emu=no;v=2',
  ],
  [
    'Apple M4 with SME, its core not known here',
    { implementer: '0x61', parts: ['0x052'], features: FEATURES.m4, bogomips: '48.00' },
    'cpu=Apple;level=armv8.6;go=1.26.0;kernel=6.12;part=0x052;ext=lse+sme;page=4k;emu=no;v=2',
  ],
  [
    'QEMU neoverse-n1, interpreted',
    { implementer: ARM, parts: N1, features: FEATURES.n1, bogomips: '125.00' },
    'cpu=ARM;level=armv8.2;go=1.26.0;kernel=6.12;part=neoverse-n1;ext=lse;page=4k;emu=tcg;v=2',
  ],
  [
    'QEMU cortex-a57, interpreted',
    { implementer: ARM, parts: ['0xd07'], features: FEATURES.a57, bogomips: '125.00' },
    'cpu=ARM;level=armv8.0;go=1.26.0;kernel=6.12;part=cortex-a57;ext=none;page=4k;emu=tcg;v=2',
  ],
  [
    'QEMU max, whatever its timer, interpreted',
    { implementer: '0x00', parts: ['0x051'], features: FEATURES.max, bogomips: '2000.00' },
    'cpu=QEMU;level=armv8.3;go=1.26.0;kernel=6.12;part=max;ext=lse+sve+sve2;page=4k;emu=tcg;v=2',
  ],
  [
    'an implementer nobody knows',
    { implementer: '0x99', parts: ['0x001'], features: 'fp asimd', bogomips: '26.00' },
    'cpu=0x99;level=armv8.0;go=1.26.0;kernel=6.12;part=0x001;ext=none;page=4k;emu=no;v=2',
  ],
])('%s', (_name, text, tag) => {
  const host = hostFacts({ cpuinfo: armCpuinfo(text), firmware: VIRT });
  expect(platformTag(readPlatform(host, { arch: 'arm64', goVersion: '1.26.0' }))).toBe(`arch=arm64;${tag}`);
});

test('a timer of 62.5 MHz on a board that is no virtual machine is no emulation', () => {
  const cpuinfo = armCpuinfo({ implementer: ARM, parts: N1, features: FEATURES.n1, bogomips: '125.00' });
  const host = hostFacts({ cpuinfo, firmware: { ...VIRT, deviceTree: 'brcm,bcm2711\0' } });
  expect(readPlatform(host, { arch: 'arm64', goVersion: '1.26' }).emulation).toBe('no');
});

/** As a kernel gave it under QEMU neoverse-n1: its AT_HWCAP and AT_HWCAP2 say what Features says. */
const N1_HWCAP = 0x119fffn;

test('the auxiliary vector outranks /proc/cpuinfo, and gives the page size', () => {
  const text = { implementer: ARM, parts: N1, features: 'fp asimd', bogomips: '50.00' };
  const auxv = auxvBytes([
    [33, 0xffff95698000n],
    [16, N1_HWCAP],
    [6, 16_384n],
    [26, 0n],
  ]);
  const host = hostFacts({ cpuinfo: armCpuinfo(text), auxv });
  const platform = readPlatform(host, { arch: 'arm64', goVersion: '1.26.0' });
  expect(platform).toMatchObject({ level: 'armv8.2', extensions: ['lse'], pageBytes: 16_384 });
  const sve2 = auxvBytes([
    [16, N1_HWCAP | (1n << 22n)],
    [26, (1n << 1n) | (1n << 23n)],
  ]);
  const { extensions } = readPlatform({ ...host, auxv: sve2 }, { arch: 'arm64', goVersion: '1.26.0' });
  expect(extensions?.toSorted()).toEqual(['lse', 'sme', 'sve', 'sve2']);
});

test.each([
  [0x119fffn, 0n, FEATURES.n1],
  [0xfdffffffn, 0x3ffffn, FEATURES.max],
  [0x8ffn, 0n, FEATURES.a57],
])('AT_HWCAP %x and AT_HWCAP2 %x, as QEMU 7.2 gives them, say what /proc/cpuinfo says', (hwcap, hwcap2, features) => {
  expect([...armFeatures({ hwcap, hwcap2, pageBytes: 4096 })].toSorted()).toEqual(features.split(' ').toSorted());
});

test('property: any bytes are an auxiliary vector, any text a cpuinfo; neither throws', () => {
  const lines = array(string({ maxLength: 20 })).map((parts) => parts.join('\nCPU part: '));
  assert(
    property(uint8Array({ maxLength: 80 }), lines, (auxv, cpuinfo) => {
      parseAuxv(auxv);
      const tag = platformTag(readPlatform(hostFacts({ cpuinfo, auxv }), { arch: 'arm64', goVersion: '1.26' }));
      return tag.startsWith('arch=arm64;');
    }),
    { interruptAfterTimeLimit: 2000 },
  );
});
