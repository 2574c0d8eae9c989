/**
 * Branded ids. Strings from outside become ids in exactly one place: the `parse…` function here.
 */
import { MapscopeError } from './errors.ts';

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** W3C trace id: 32 lower-case hex digits, not all zero (https://www.w3.org/TR/trace-context/#trace-id). */
export type TraceId = Branded<string, 'TraceId'>;
/** W3C parent/span id: 16 lower-case hex digits. */
export type SpanId = Branded<string, 'SpanId'>;
/** One running agent: 32 hex digits, made at its start, so that a restarted agent is another one. */
export type AgentId = Branded<string, 'AgentId'>;

const HEX_32 = /^[0-9a-f]{32}$/;
const HEX_16 = /^[0-9a-f]{16}$/;

export function parseTraceId(text: string): TraceId {
  const hex = text.toLowerCase();
  if (!HEX_32.test(hex) || /^0+$/.test(hex)) {
    throw new MapscopeError(
      'QUERY_INVALID',
      `"${text.slice(0, 64)}" is not a trace id: give 32 hex digits, not all zero`,
    );
  }
  // The shape was checked above; this is the one place where a string becomes a TraceId.
  return hex as TraceId;
}

export function parseSpanId(text: string): SpanId {
  const hex = text.toLowerCase();
  if (!HEX_16.test(hex)) {
    throw new MapscopeError('QUERY_INVALID', `"${text.slice(0, 64)}" is not a span id: give 16 hex digits`);
  }
  // Checked above, see parseTraceId.
  return hex as SpanId;
}

export function parseAgentId(text: string): AgentId {
  if (!HEX_32.test(text)) {
    throw new MapscopeError(
      'QUERY_INVALID',
      `"${text.slice(0, 64)}" is not an agent id: give 32 lower-case hex digits`,
    );
  }
  // Checked above, see parseTraceId.
  return text as AgentId;
}
