/** For tests: requests by hand, in both encodings. */
import protobuf from 'protobufjs/minimal.js';
import { type Columns, decodeNativeBlock, encodeNativeBlock, TABLES } from '@mapscope/events';
import { type Decoded, decodeRequest, type Signal } from './decode-request.ts';

export const NOW = 1_795_600_000_000_000_000n; // 2026-11-25
export const TRACE = '0af7651916cd43dd8448eb211c80319c';
export const SPAN = 'b7ad6b7169203331';

/** The smallest good span, as JSON, with changes. */
export const jsonSpan = (changes: object = {}): object => ({
  traceId: TRACE,
  spanId: SPAN,
  name: 's',
  startTimeUnixNano: String(NOW),
  endTimeUnixNano: String(NOW + 5n),
  ...changes,
});

export const jsonRequest = (spans: readonly unknown[], resource: object = {}): object => ({
  resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'lib', version: '1' }, spans }] }],
});

export const jsonBody = (request: unknown): Uint8Array => Buffer.from(JSON.stringify(request));

export const decodedJson = (request: unknown, signal: Signal = 'traces'): Decoded =>
  decodeRequest(signal, jsonBody(request), 'json', NOW);

/** Rows by column name, through the Native block and back: what is stored is what is looked at. */
export function rowsOf(decoded: Decoded): readonly Record<string, unknown>[] {
  if (decoded.outcome !== 'decoded') throw new Error(decoded.problem);
  return decoded.batches.flatMap((batch) => batchRows(batch));
}

function batchRows({ kind, rows, columns }: Columns): Record<string, unknown>[] {
  const spec = TABLES[kind].filter(({ name }) => name !== 'agent' && name !== 'batch_seq');
  const block = decodeNativeBlock(encodeNativeBlock(spec, rows, columns));
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      block.columns.map(({ name, data }) => [
        name,
        data.storage === 'dictionary' ? data.keys[data.indexes[row] ?? 0] : data.values[row],
      ]),
    ),
  );
}

/** number of the field → its value: text, bytes (a message or an id), an integer, or a double */
export type Fields = readonly (readonly [field: number, value: string | Uint8Array | number | bigint | Double])[];

interface Double {
  readonly double: number;
}
export const double = (value: number): Double => ({ double: value });

/** bigint goes as fixed64, number as varint. */
export function message(fields: Fields): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [field, value] of fields) {
    if (typeof value === 'string') writer.uint32((field << 3) | 2).string(value);
    else if (typeof value === 'number') writer.uint32((field << 3) | 0).int64(value);
    else if (typeof value === 'bigint') {
      writer
        .uint32((field << 3) | 1)
        .fixed32(Number(value & 0xffff_ffffn))
        .fixed32(Number(value >> 32n));
    } else if ('double' in value) writer.uint32((field << 3) | 1).double(value.double);
    else writer.uint32((field << 3) | 2).bytes(value);
  }
  return writer.finish();
}

export const hexBytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

export const protoSpan = (more: Fields = []): Uint8Array =>
  message([[1, hexBytes(TRACE)], [2, hexBytes(SPAN)], [5, 's'], [7, NOW], [8, NOW + 5n], ...more]);

export const protoRequest = (spans: readonly Uint8Array[], resource: Fields = []): Uint8Array =>
  message([
    [
      1,
      message([
        [1, message(resource)],
        [2, message([[1, message([[1, 'lib']])], ...spans.map((span) => [2, span] as const)])],
      ]),
    ],
  ]);
