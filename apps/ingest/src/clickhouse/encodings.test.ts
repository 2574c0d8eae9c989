import { expect, test } from 'vitest';
import { chooseEncoding, decoderOf, refuseOwnFraming } from './encodings.ts';

test.each([
  ['', undefined],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['gzip, lz4;q=0.5, zstd;q=0', 'lz4'],
  ['ZSTD ; q=1.0 , gzip', 'zstd'],
  ['*', undefined],
  ['snappy, xz', undefined],
])('"%s" is answered by %s', (accepted, wanted) => {
  expect(chooseEncoding(accepted)).toBe(wanted);
});

test('what is not served says what is', () => {
  expect(() => decoderOf('lz4')).toThrow('use gzip, deflate, br, zstd or none');
  expect(() => decoderOf('gzip, gzip')).toThrow('NOT_IMPLEMENTED');
  expect(() => refuseOwnFraming('compress', '1')).toThrow('enable_http_compression=1');
  expect(() => refuseOwnFraming('decompress', '1')).toThrow('Content-Encoding');
  expect(() => refuseOwnFraming('compress', '0')).not.toThrow();
});
