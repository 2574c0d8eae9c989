/** What the role has done since its start. Pure. */
export interface OtlpTotals {
  readonly requests: number;
  /** answered with 4xx or 5xx */
  readonly refusedRequests: number;
  readonly spans: number;
  readonly rejectedSpans: number;
  readonly publishedBatches: number;
}

export interface OtlpCounters {
  readonly answered: (status: number) => void;
  readonly received: (spans: number, rejected: number) => void;
  readonly published: () => void;
  readonly totals: () => OtlpTotals;
}

export function makeOtlpCounters(): OtlpCounters {
  const sums = { requests: 0, refusedRequests: 0, spans: 0, rejectedSpans: 0, publishedBatches: 0 };
  return {
    answered: (status) => {
      sums.requests += 1;
      if (status >= 400) sums.refusedRequests += 1;
    },
    received: (spans, rejected) => {
      sums.spans += spans;
      sums.rejectedSpans += rejected;
    },
    published: () => void (sums.publishedBatches += 1),
    totals: () => ({ ...sums }),
  };
}
