/** A request's body → columns, or what is wrong with it. The door to the decoders. */
import { MapscopeError } from '@mapscope/events';
import { decodeJson } from './json.ts';
import { isTooLarge, itemBudget, malformed } from './limits.ts';
import { decodeProtobuf } from './protobuf.ts';
import { spanColumns, type SpanTotals } from './span-columns.ts';

export type Encoding = 'protobuf' | 'json';

export type DecodedTraces =
  | ({ readonly outcome: 'decoded' } & SpanTotals)
  /** the same bytes will never do */
  | { readonly outcome: 'malformed'; readonly problem: string }
  /** smaller batches will do */
  | { readonly outcome: 'too-large'; readonly problem: string };

export function decodeTraces(body: Uint8Array, encoding: Encoding, nowUnixNanos: bigint): DecodedTraces {
  const columns = spanColumns(nowUnixNanos);
  try {
    if (encoding === 'json') decodeJson(body, itemBudget(), columns);
    else withNamedFaults(() => decodeProtobuf(body, itemBudget(), columns));
    return { outcome: 'decoded', ...columns.finish() };
  } catch (error) {
    if (!(error instanceof MapscopeError)) throw error;
    return { outcome: isTooLarge(error) ? 'too-large' : 'malformed', problem: error.message };
  }
}

/** protobufjs throws Error and RangeError for bytes that are no protobuf; both mean the body. */
function withNamedFaults(decode: () => void): void {
  try {
    decode();
  } catch (error) {
    if (error instanceof MapscopeError || !(error instanceof Error) || error instanceof TypeError) throw error;
    throw malformed(`the body is no ExportTraceServiceRequest in protobuf: ${error.message}`);
  }
}
