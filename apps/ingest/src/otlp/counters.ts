/** What the role has done since its start. Pure. */
import type { Signal } from '@mapscope/otel';

export interface OtlpTotals {
  readonly requests: number;
  /** answered with 4xx or 5xx, or a gRPC status other than OK */
  readonly refusedRequests: number;
  readonly spans: number;
  readonly rejectedSpans: number;
  readonly points: number;
  readonly rejectedPoints: number;
  readonly logRecords: number;
  readonly rejectedLogRecords: number;
  readonly publishedBatches: number;
}

export interface OtlpCounters {
  readonly answered: (isRefused: boolean) => void;
  readonly received: (signal: Signal, items: number, rejected: number) => void;
  readonly published: () => void;
  readonly totals: () => OtlpTotals;
}

const NAMES = {
  traces: ['spans', 'rejectedSpans'],
  metrics: ['points', 'rejectedPoints'],
  logs: ['logRecords', 'rejectedLogRecords'],
} as const satisfies Record<Signal, readonly [keyof OtlpTotals, keyof OtlpTotals]>;

export function makeOtlpCounters(): OtlpCounters {
  const sums = {
    requests: 0,
    refusedRequests: 0,
    spans: 0,
    rejectedSpans: 0,
    points: 0,
    rejectedPoints: 0,
    logRecords: 0,
    rejectedLogRecords: 0,
    publishedBatches: 0,
  };
  return {
    answered: (isRefused) => {
      sums.requests += 1;
      if (isRefused) sums.refusedRequests += 1;
    },
    received: (signal, items, rejected) => {
      const [good, bad] = NAMES[signal];
      sums[good] += items;
      sums[bad] += rejected;
    },
    published: () => void (sums.publishedBatches += 1),
    totals: () => ({ ...sums }),
  };
}
