/**
 * Which pprof labels hold a trace id, for pprof-labels.h: four at most, of up to 16 bytes. Pure.
 *
 *   struct label_key   [ length u64 │ text, 16 bytes, zero behind it ]
 */
import { MapscopeError } from '@mapscope/events';

/**
 * `trace_id` is what OpenTelemetry calls it in logs ("Trace Context in non-OTLP Log Formats"), `trace.id` the Elastic Common
 * Schema; `traceparent` is the header of W3C Trace Context; `trace id` is spelled as Go profilers spell `span id`.
 */
export const TRACE_LABELS: readonly string[] = ['trace_id', 'traceparent', 'trace.id', 'trace id'];

const MAX_KEYS = 4;
const MAX_BYTES = 16;
const KEY_BYTES = 8 + MAX_BYTES;

export function labelKeyBytes(keys: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(MAX_KEYS * KEY_BYTES);
  if (keys.length > MAX_KEYS) throw refused(`${keys.length} labels`);
  for (const [index, key] of keys.entries()) {
    const text = new TextEncoder().encode(key);
    if (text.length === 0 || text.length > MAX_BYTES) throw refused(`"${key}"`);
    bytes[index * KEY_BYTES] = text.length;
    bytes.set(text, index * KEY_BYTES + 8);
  }
  return bytes;
}

function refused(what: string): MapscopeError {
  const message = `${what} cannot be looked for: name at most ${MAX_KEYS} pprof labels of 1 to ${MAX_BYTES} bytes each`;
  return new MapscopeError('CONFIG_INVALID', message, { facts: { labels: what } });
}
