/**
 * Requests bent by chance, and reproducibly, with what they must be answered with: exactly where that is certain, else one of
 * the answers that are right for bytes nobody has seen.
 *
 *   whole    as the official exporter sent it, or with a field that nobody knows behind it ─► success
 *   cut      without its end, which is then within a message ─► bad request
 *   bent     bytes changed, taken out, put in, mixed with another request's ─► success, bad request or too large
 *   packing  gzip of any of these; gzip that is cut or is none ─► bad request
 *   head     another path, method or content type ─► refused before the body is read
 */
import { gzipSync } from 'node:zlib';
import type { Encoding, Signal } from '@mapscope/otel';
import { below, type Chance } from '../../generate/chance.ts';

export interface Sample {
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly body: Uint8Array;
}

export interface Bent {
  readonly way: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly encoding: Encoding;
  readonly signal: Signal;
  readonly isPacked: boolean;
  readonly body: Uint8Array;
  /** HTTP statuses that are right */
  readonly expected: readonly number[];
}

const oneOf = <T>(random: Chance, list: readonly [T, ...T[]]): T => list[below(random, list.length)] ?? list[0];

const TYPES: Readonly<Record<Encoding, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' };
const ANY = [200, 400, 413];
const UNKNOWN_FIELD = Buffer.from('fa0702abcd', 'hex'); // field 127, two bytes

export function bend(sample: Sample, other: Sample, random: Chance): Bent {
  const { signal, encoding } = sample;
  const bare: Bent = {
    way: 'whole',
    method: 'POST',
    path: `/v1/${signal}`,
    headers: { 'content-type': TYPES[encoding] },
    encoding,
    signal,
    isPacked: false,
    body: sample.body,
    expected: [200],
  };
  const way = below(random, 20);
  if (way === 0) return bare;
  if (way === 1) return { ...bare, ...withMore(sample) };
  if (way <= 4) return { ...bare, way: 'cut', body: cut(sample.body, random), expected: [400] };
  if (way === 5) return bentHead(bare, random);
  if (way <= 7) return packed(bare, random);
  const body = bent(sample.body, other.body, random);
  return { ...bare, way: 'bent', body, expected: ANY };
}

function withMore({ encoding, body }: Sample): Partial<Bent> {
  const more =
    encoding === 'protobuf'
      ? Buffer.concat([body, UNKNOWN_FIELD])
      : Buffer.concat([Buffer.from('{"later":[{}],'), body.subarray(1)]);
  return { way: 'with more', body: more };
}

/** All of an official request is one field, or one object: without its end it is never whole, except when nothing is left. */
const cut = (body: Uint8Array, random: Chance): Uint8Array => body.subarray(0, 1 + below(random, body.length - 1));

function bentHead(bare: Bent, random: Chance): Bent {
  return oneOf<Bent>(random, [
    { ...bare, way: 'path', path: `${bare.path}x`, expected: [404] },
    { ...bare, way: 'method', method: 'PUT', expected: [405] },
    { ...bare, way: 'type', headers: { 'content-type': 'text/plain' }, expected: [415] },
    { ...bare, way: 'packing unknown', headers: { ...bare.headers, 'content-encoding': 'zstd' }, expected: [415] },
  ]);
}

function packed(bare: Bent, random: Chance): Bent {
  const gzip = gzipSync(bare.body);
  const headers = { ...bare.headers, 'content-encoding': 'gzip' };
  const whole: Bent = { ...bare, headers, isPacked: true, body: gzip };
  return oneOf<Bent>(random, [
    { ...whole, way: 'packed' },
    { ...whole, way: 'packed, cut', body: gzip.subarray(0, 12 + below(random, gzip.length - 12)), expected: [400] },
    { ...whole, way: 'not packed', body: bare.body, expected: [400] },
    { ...whole, way: 'packed, bent', body: bent(gzip, gzip, random), expected: ANY },
  ]);
}

/** Numbers at which lengths go wrong, as varints and as text. */
const EXTREMES = [
  Buffer.from([0]),
  Buffer.from([0xff, 0xff, 0xff, 0xff, 0x07]),
  Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
  Buffer.from('-1'),
  Buffer.from('18446744073709551616'),
  Buffer.from('1e999'),
  Buffer.from('null'),
  Buffer.from('[[[['),
  Buffer.from('\u{1f4a5}'),
] as const;
const MAX_EDITS = 3;

function bent(from: Uint8Array, other: Uint8Array, random: Chance): Uint8Array {
  let body: Uint8Array = from;
  for (let edit = below(random, MAX_EDITS); edit >= 0; edit--) body = edited(body, other, random);
  return body;
}

function edited(body: Uint8Array, other: Uint8Array, random: Chance): Uint8Array {
  const at = below(random, body.length + 1);
  const length = below(random, 48);
  const start = below(random, other.length);
  const [before, after] = [body.subarray(0, at), body.subarray(at + length)];
  switch (below(random, 5)) {
    case 0: {
      const changed = Uint8Array.from(body);
      if (at < changed.length) changed[at] = below(random, 256);
      return changed;
    }
    case 1:
      return Buffer.concat([before, after]);
    case 2:
      return Buffer.concat([before, other.subarray(start, start + length), body.subarray(at)]);
    case 3:
      return Buffer.concat([before, EXTREMES[below(random, EXTREMES.length)] ?? EXTREMES[0], body.subarray(at)]);
    default:
      return Buffer.concat([before, before.subarray(-length), body.subarray(at)]);
  }
}
