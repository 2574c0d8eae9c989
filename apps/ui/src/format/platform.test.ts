import { expect, test } from 'vitest';
import { platformWords } from './platform.ts';

test('a platform tag is said in words', () => {
  const cases = [
    [
      'arch=arm64;cpu=Neoverse-N1;level=armv8.2;go=1.24.4;kernel=6.18',
      'arm64, Neoverse-N1, armv8.2, Go 1.24.4, Linux 6.18',
    ],
    ['arch=amd64,go=1.26.1,zone=b', 'amd64, Go 1.26.1, zone b'],
    ['arch=amd64;ext=none;page=4k;emu=no;part=26.2;v=2;go=1.24', 'amd64, Go 1.24'],
    ['arch=arm64;page=64k;emu=yes', 'arm64, pages of 64k, emulated'],
    ['bare metal', 'bare metal'],
    ['', 'unknown platform'],
  ] as const;
  for (const [tag, words] of cases) expect(platformWords(tag)).toBe(words);
});
