import { expect, test } from 'vitest';
import { platformTag } from './platform.ts';

test('the platform tag is canonical: fields in one order, no separator inside a value, nothing empty', () => {
  const fields = {
    kernel: '6.18',
    goVersion: '1.24.4',
    level: 'x86-64-v3',
    cpuVendor: 'AuthenticAMD',
    arch: 'amd64',
  } as const;
  expect(platformTag(fields)).toBe('arch=amd64;cpu=AuthenticAMD;level=x86-64-v3;go=1.24.4;kernel=6.18');
  expect(platformTag({ ...fields, cpuVendor: 'a;b=c d', goVersion: '', kernel: '9'.repeat(99) })).toBe(
    `arch=amd64;cpu=a_b_c_d;level=x86-64-v3;go=unknown;kernel=${'9'.repeat(40)}`,
  );
});
