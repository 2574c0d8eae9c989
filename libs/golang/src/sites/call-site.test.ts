import { expect, test } from 'vitest';
import { findCallSites } from './call-site.ts';
import type { CodeSource } from './site.ts';

const caller = { name: 'main.f', entry: 0x401000, size: 64 };
const callee = { name: 'main.g', entry: 0x401100, size: 64 };
const source = (bytes: Uint8Array, arch: CodeSource['arch']): CodeSource => ({
  arch,
  code: () => bytes,
  fileOffset: (address) => address - 0x400000,
});
const amd64 = (hex: string): CodeSource =>
  source(
    Uint8Array.from(hex.split(' '), (byte) => parseInt(byte, 16)),
    'amd64',
  );
const arm64 = (...words: readonly number[]): CodeSource =>
  source(new Uint8Array(Uint32Array.from(words).buffer), 'arm64');

test('amd64: the calls of the callee, and of nobody else', () => {
  // nop; call g; call +0x1000; mov $0xe8,%eax; call g; ret
  const code = amd64('90 e8 fa 00 00 00 e8 00 10 00 00 b8 e8 00 00 00 e8 eb 00 00 00 c3');
  expect(findCallSites(code, caller, callee)).toEqual([
    { offset: 1, fileOffset: 0x1001 },
    { offset: 16, fileOffset: 0x1010 },
  ]);
});

test('arm64: bl, forwards; a constant that looks like one is none', () => {
  // ldr w0,+12; bl g; bl elsewhere; the constant
  const code = arm64(0x18000060, 0x9400003f, 0x94000100, 0x9400003d);
  expect(findCallSites(code, caller, callee)).toEqual([{ offset: 4, fileOffset: 0x1004 }]);
});

test.each<[string, CodeSource, string]>([
  ['it jumps there instead', amd64('e9 fb 00 00 00'), 'does not call main.g directly'],
  ['it calls through a register', amd64('ff d0 c3'), 'does not call main.g directly'],
  ['its bytes are no code', amd64('06 e8 fa 00 00 00'), 'no instruction known here'],
])('refused where %s', (_, binary, reason) => {
  const find = () => findCallSites(binary, caller, callee);
  expect(find).toThrow(expect.objectContaining({ code: 'PROBE_REFUSED' }));
  expect(find).toThrow(reason);
});
