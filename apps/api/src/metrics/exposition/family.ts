/** A family of metrics as Prometheus knows it: one name, one type, a sample for each set of labels. */
export type Labels = Readonly<Record<string, string>>;

/** A trace behind a bucket of a histogram (OpenMetrics 1.0, "Exemplars"). */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  readonly unixSeconds: number;
}

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface HistogramSample {
  readonly labels: Labels;
  readonly count: number;
  readonly sum: number;
  /** how many lie within each bound of the family */
  readonly within: readonly number[];
  /** at most one a bucket, by the bucket's index; +Inf is the last */
  readonly exemplars: ReadonlyMap<number, Exemplar>;
}

interface Described {
  /** without _total, _bucket and their like */
  readonly name: string;
  readonly help: string;
}

export type Family =
  | (Described & { readonly type: 'gauge' | 'counter'; readonly samples: readonly Sample[] })
  | (Described & {
      readonly type: 'histogram';
      /** ascending, without +Inf */
      readonly bounds: readonly number[];
      readonly samples: readonly HistogramSample[];
    });
