/**
 * One request's spans → Kafka. What is answered with success is acknowledged by all in-sync replicas.
 *
 *   body ─► decodeTraces ─► columns ─► batcher: identity (agent, boot, otel_traces, sequence) ─► publish, one after the other
 *
 * A client that gave up waiting sends its spans again, and OTLP gives them no identity: readers take one row a span id.
 */
import { type Clock, MapscopeError } from '@mapscope/events';
import { type DecodedTraces, decodeTraces, type Encoding } from '@mapscope/otel';
import type { Batcher, PreparedBatch } from '../agent/batcher.ts';
import type { OtlpCounters } from './counters.ts';

export type Taken =
  | { readonly outcome: 'taken'; readonly rejected: number; readonly message: string }
  | { readonly outcome: 'malformed' | 'too-large' | 'kafka-away'; readonly problem: string };

export interface IntakeNeeds {
  readonly clock: Clock;
  readonly batcher: Batcher;
  /** resolves when the batch is acknowledged */
  readonly publish: (batch: PreparedBatch) => Promise<void>;
  readonly counters: OtlpCounters;
}

/** No ring lies before these rows. */
const NO_RING = { submitted: 0n, lost: 0n };

export async function takeTraces(body: Uint8Array, encoding: Encoding, needs: IntakeNeeds): Promise<Taken> {
  const decoded = decodeTraces(body, encoding, needs.clock.unixNanos());
  if (decoded.outcome !== 'decoded') return decoded;
  try {
    for (const columns of decoded.batches) {
      for (const batch of needs.batcher.prepare(columns, NO_RING)) {
        await needs.publish(batch);
        needs.counters.published();
      }
    }
  } catch (error) {
    if (!(error instanceof MapscopeError) || !error.canRetry) throw error;
    return { outcome: 'kafka-away', problem: error.message };
  }
  needs.counters.received(decoded.spans, decoded.rejected);
  return { outcome: 'taken', rejected: decoded.rejected, message: rejection(decoded) };
}

function rejection({ spans, rejected, firstFault }: Extract<DecodedTraces, { outcome: 'decoded' }>): string {
  return rejected === 0 ? '' : `${rejected} of ${spans + rejected} spans refused, the first because: ${firstFault}`;
}
