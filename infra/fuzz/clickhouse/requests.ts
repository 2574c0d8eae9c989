/** Requests as bytes on a socket: right ones, and ones whose head, length, chunks or end are not. Pure. */
import * as fc from 'fast-check';
import type { Parts } from './parts.ts';

export interface FuzzRequest {
  readonly kind: string;
  readonly bytes: Buffer;
  /** read: waits for the answer; cut: half-closes after the bytes; reset: goes away at once */
  readonly end: 'read' | 'cut' | 'reset';
}

const HEADERS = [
  'Transfer-Encoding: chunked',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length: abc',
  'Host: evil.example',
  'Origin: http://evil.example',
  'Expect: 100-continue',
  'Connection: upgrade',
  'Upgrade: websocket',
  'X: \u0000',
  'no colon',
  ': no name',
  ' folded',
  'Content-Encoding: gzip, gzip',
  'Content-Type: multipart/form-data; boundary=x',
  'Authorization: Basic !!!',
  'Authorization: Bearer msk_x',
  'X-ClickHouse-Database: nowhere',
  'X-ClickHouse-Format: \u0001',
  'Accept-Encoding: gzip, br, zstd, lz4, *',
  `X-Long: ${'x'.repeat(100_000)}`,
  `X-Longer: ${'x'.repeat(400_000)}`,
];
const LINES = [
  'GET / HTTP/9.9',
  'BREW / HTTP/1.1',
  'GET',
  'GET  /  HTTP/1.1',
  'POST * HTTP/1.1',
  'PRI * HTTP/2.0',
  'CONNECT x:1 HTTP/1.1',
  'OPTIONS / HTTP/1.1',
  `GET /?${'a'.repeat(300_000)} HTTP/1.1`,
  '\u0016\u0003\u0001',
  'GET http://evil/ HTTP/1.1',
  'GET // HTTP/1.1',
  'GET /%zz?query=%zz HTTP/1.1',
  'GET /../../etc/passwd HTTP/1.1',
  'GET //?query=SELECT%201 HTTP/1.1',
  'GET /:::: HTTP/1.1',
];

const head = ({ method, target: to }: Parts, headers: readonly string[]): string =>
  `${method} ${to} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;

const whole = (host: string, parts: Parts): Buffer =>
  Buffer.concat([
    Buffer.from(
      head(parts, [`Host: ${host}`, `Content-Length: ${parts.body.length}`, 'Connection: close', ...parts.headers]),
    ),
    parts.body,
  ]);

function chunked(host: string, parts: Parts, sizes: readonly number[], ending: string): Buffer {
  const pieces = [
    Buffer.from(head(parts, [`Host: ${host}`, 'Transfer-Encoding: chunked', 'Connection: close', ...parts.headers])),
  ];
  let at = 0;
  for (const size of sizes) {
    const piece = parts.body.subarray(at, at + size);
    at += piece.length;
    if (piece.length > 0)
      pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), Buffer.from(piece), Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from(ending)]);
}

const ENDINGS = [
  '0\r\n\r\n',
  '',
  '0\r\n',
  'fffffffffffffff\r\n',
  '-1\r\n\r\n',
  'zz\r\n\r\n',
  '0\r\nX: y\r\n\r\n',
  '0;ext=\u0000\r\n\r\n',
];

/** Everything names the host it is sent to; the rest is refused at the door. */
export function fuzzRequest(host: string, parts: fc.Arbitrary<Parts>): fc.Arbitrary<FuzzRequest> {
  const right = parts.map((p): FuzzRequest => ({ kind: 'right', bytes: whole(host, p), end: 'read' }));
  const gone = parts.map((p): FuzzRequest => ({ kind: 'gone', bytes: whole(host, p), end: 'reset' }));
  const cut = fc
    .tuple(parts, fc.nat(2000), fc.constantFrom('cut' as const, 'reset' as const))
    .map(([p, at, end]): FuzzRequest => ({ kind: end, bytes: whole(host, p).subarray(0, at), end }));
  const several = fc
    .array(parts, { minLength: 2, maxLength: 4 })
    .map((all): FuzzRequest => ({ kind: 'several', bytes: Buffer.concat(all.map((p) => whole(host, p))), end: 'cut' }));
  return fc.oneof(
    { weight: 50, arbitrary: right },
    { weight: 10, arbitrary: inChunks(host, parts) },
    { weight: 8, arbitrary: badHead(host, parts) },
    { weight: 5, arbitrary: badLine(host) },
    { weight: 8, arbitrary: cut },
    { weight: 5, arbitrary: gone },
    { weight: 5, arbitrary: noise },
    { weight: 4, arbitrary: several },
  );
}

const inChunks = (host: string, parts: fc.Arbitrary<Parts>): fc.Arbitrary<FuzzRequest> =>
  fc
    .tuple(parts, fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 8 }), fc.constantFrom(...ENDINGS))
    .map(([p, sizes, ending]) => ({ kind: 'chunks', bytes: chunked(host, p, sizes, ending), end: 'cut' }));

const badHead = (host: string, parts: fc.Arbitrary<Parts>): fc.Arbitrary<FuzzRequest> =>
  fc
    .tuple(parts, fc.array(fc.constantFrom(...HEADERS), { minLength: 1, maxLength: 3 }))
    .map(([p, more]) => ({ kind: 'head', bytes: whole(host, { ...p, headers: [...p.headers, ...more] }), end: 'cut' }));

const badLine = (host: string): fc.Arbitrary<FuzzRequest> =>
  fc.tuple(fc.constantFrom(...LINES), fc.array(fc.constantFrom(...HEADERS), { maxLength: 2 })).map(([line, more]) => {
    const lines = [line, `Host: ${host}`, 'Connection: close', ...more];
    return { kind: 'line', bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), end: 'cut' };
  });

const noise: fc.Arbitrary<FuzzRequest> = fc
  .uint8Array({ minLength: 1, maxLength: 500 })
  .map((bytes) => ({ kind: 'noise', bytes: Buffer.from(bytes), end: 'cut' }));
