import { constantFrom, array, assert, option, property, record, string, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { platformAttributes, platformOfResource } from './platform-attributes.ts';
import { EMULATIONS, parsePlatform, platformTag } from './platform.ts';

const OLD = {
  kernel: '6.18',
  goVersion: '1.24.4',
  level: 'x86-64-v3',
  cpuVendor: 'AuthenticAMD',
  arch: 'amd64',
} as const;
const OLD_TAG = 'arch=amd64;cpu=AuthenticAMD;level=x86-64-v3;go=1.24.4;kernel=6.18';
const NEW = {
  arch: 'arm64',
  cpuVendor: 'ARM',
  level: 'armv8.4',
  goVersion: '1.26.0',
  kernel: '6.12',
  part: 'neoverse-v1',
  extensions: ['sve', 'lse'],
  confidential: 'cca',
  pageBytes: 65_536,
  emulation: 'no',
} as const;
const NEW_TAG =
  'arch=arm64;cpu=ARM;level=armv8.4;go=1.26.0;kernel=6.12;part=neoverse-v1;ext=lse+sve;cc=cca;page=64k;emu=no;v=2';

test('the platform tag is canonical: fields in one order, no separator inside a value, nothing empty', () => {
  expect(platformTag(OLD)).toBe(OLD_TAG);
  expect(platformTag(NEW)).toBe(NEW_TAG);
  expect(platformTag({ ...OLD, cpuVendor: 'a;b=c d', goVersion: '', kernel: '9'.repeat(99) })).toBe(
    `arch=amd64;cpu=a_b_c_d;level=x86-64-v3;go=unknown;kernel=${'9'.repeat(40)}`,
  );
  expect(platformTag({ ...NEW, extensions: [] })).toContain(';ext=none;');
});

test('a tag of version 1, as stored batches have it, is read whole and written as it was', () => {
  expect(parsePlatform(OLD_TAG)).toEqual(OLD);
  expect(platformTag(parsePlatform(OLD_TAG))).toBe(OLD_TAG);
  expect(platformTag(parsePlatform('arch=arm64'))).toBe('arch=arm64');
  expect(parsePlatform(NEW_TAG)).toEqual({ ...NEW, extensions: ['lse', 'sve'], version: 2 });
});

test.each([
  ['', 'arch=unknown'],
  ['nonsense', 'arch=unknown'],
  [';;=;a=;=b', 'arch=unknown'],
  ['emu=perhaps;page=x;arch=amd64', 'arch=amd64'],
  [`${NEW_TAG.replace(';v=2', '')};zone=q;numa=4;v=3`, `${NEW_TAG.replace(';v=2', '')};numa=4;zone=q;v=3`],
])('%j reads as %s: what is not understood is not invented, and later fields survive', (text, canonical) => {
  expect(platformTag(parsePlatform(text))).toBe(canonical);
});

const word = string({ minLength: 1, maxLength: 50, unit: 'grapheme-ascii' });
const maybe = option(word, { nil: undefined });

test('property: whatever a platform says, its tag is read back to the same tag', () => {
  const any = record({
    arch: word,
    cpuVendor: maybe,
    level: maybe,
    goVersion: maybe,
    kernel: maybe,
    part: maybe,
    extensions: option(uniqueArray(constantFrom('lse', 'sve', 'sve2', 'sme', 'amx')), { nil: undefined }),
    emulation: option(constantFrom(...EMULATIONS), { nil: undefined }),
  });
  assert(
    property(any, (platform) => {
      const tag = platformTag(platform);
      return platformTag(parsePlatform(tag)) === tag && tag.length < 700;
    }),
    { interruptAfterTimeLimit: 2000 },
  );
});

test('property: any text reads to a canonical tag, and a second time to the same one', () => {
  const text = array(constantFrom('arch', 'go', 'x', '=', ';', 'v', '7', ' ', 'ä', 'page', '4k')).map((parts) =>
    parts.join(''),
  );
  assert(
    property(text, (some) => {
      const tag = platformTag(parsePlatform(some));
      return tag.startsWith('arch=') && platformTag(parsePlatform(tag)) === tag;
    }),
    { interruptAfterTimeLimit: 2000 },
  );
});

test('attributes have the names of the semantic conventions, and only what is known', () => {
  expect(platformAttributes({ arch: 'unknown' })).toEqual({});
  expect(platformAttributes({ ...OLD, part: '26.2', pageBytes: 4096, emulation: 'no' })).toEqual({
    'host.arch': 'amd64',
    'host.cpu.vendor.id': 'AuthenticAMD',
    'host.cpu.family': '26',
    'host.cpu.model.id': '2',
    'os.type': 'linux',
    'os.version': '6.18',
    'process.runtime.name': 'go',
    'process.runtime.version': 'go1.24.4',
    'mapscope.platform.level': 'x86-64-v3',
    'mapscope.platform.page_size': '4096',
    'mapscope.platform.emulation': 'no',
  });
  expect(platformAttributes(NEW)).toMatchObject({ 'host.arch': 'arm64', 'host.cpu.model.id': 'neoverse-v1' });
});

test.each([
  [{}, undefined],
  [{ 'host.arch': '' }, undefined],
  [{ 'host.arch': 'a;b' }, undefined],
  [{ 'host.arch': 'arm64' }, 'arch=arm64'],
  [{ 'host.arch': 'aarch64' }, 'arch=arm64'],
  [{ 'host.arch': 'x86_64', 'process.runtime.version': 'go version go1.24.4 linux/amd64' }, 'arch=amd64;go=1.24.4'],
  [
    {
      'host.arch': 'amd64',
      'host.cpu.vendor.id': 'GenuineIntel',
      'host.cpu.family': '6',
      'host.cpu.model.id': '143',
      'process.runtime.version': 'go1.26.0',
    },
    'arch=amd64;cpu=GenuineIntel;go=1.26.0;part=6.143;v=2',
  ],
  [{ 'host.arch': 'arm64', 'process.runtime.version': '3.12.1' }, 'arch=arm64'],
])('the resource %j of spans gives %s', (resource: Readonly<Record<string, string>>, tag) => {
  const platform = platformOfResource((name) => resource[name]);
  expect(platform && platformTag(platform)).toBe(tag);
});
