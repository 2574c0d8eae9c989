/**
 * One request → Kafka. What is answered with success is acknowledged by all in-sync replicas.
 *
 *   body ─► decodeRequest ─► columns, a table each ─► batcher: identity (agent, boot, kind, sequence) ─► publish
 *
 * A client that gave up waiting sends its spans again, and OTLP gives them no identity: readers take one row a span id.
 */
import { type Clock, MapscopeError } from '@mapscope/events';
import { type Decoded, decodeRequest, type Encoding, type Signal } from '@mapscope/otel';
import type { Batcher, PreparedBatch } from '../agent/batcher.ts';
import type { OtlpCounters } from './counters.ts';

export type Taken =
  | { readonly outcome: 'taken'; readonly rejected: number; readonly message: string }
  | { readonly outcome: 'malformed' | 'too-large'; readonly problem: string }
  /** the client keeps what it has and comes again */
  | { readonly outcome: 'later'; readonly seconds: number; readonly problem: string };

export interface IntakeNeeds {
  readonly clock: Clock;
  readonly batcher: Batcher;
  /** resolves when the batch is acknowledged */
  readonly publish: (batch: PreparedBatch) => Promise<void>;
  readonly counters: OtlpCounters;
}

/** What came, in one of the encodings, unpacked. */
export interface Request {
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly body: Uint8Array;
}

/** No ring lies before these rows. */
const NO_RING = { submitted: 0n, lost: 0n };
const KAFKA_AWAY_SECONDS = 5;

export async function takeRequest({ signal, encoding, body }: Request, needs: IntakeNeeds): Promise<Taken> {
  const decoded = decodeRequest(signal, body, encoding, needs.clock.unixNanos());
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
    return { outcome: 'later', seconds: KAFKA_AWAY_SECONDS, problem: error.message };
  }
  needs.counters.received(signal, decoded.items, decoded.rejected);
  return { outcome: 'taken', rejected: decoded.rejected, message: rejection(signal, decoded) };
}

const ITEMS: Readonly<Record<Signal, string>> = { traces: 'spans', metrics: 'data points', logs: 'log records' };

function rejection(signal: Signal, { items, rejected, firstFault }: Extract<Decoded, { outcome: 'decoded' }>): string {
  if (rejected === 0) return '';
  return `${rejected} of ${items + rejected} ${ITEMS[signal]} refused, the first because: ${firstFault}`;
}
