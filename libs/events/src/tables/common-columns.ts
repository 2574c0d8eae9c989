/** What the columns of all tables are made of. */
import type { ColumnSpec } from './column.ts';

export const TIME = "DateTime64(9, 'UTC')";
export const NAME = 'LowCardinality(String)';

/** Identity of the batch a row came in: the proof columns. */
export const PROOF = [
  { name: 'agent', type: NAME },
  { name: 'batch_seq', type: 'UInt64' },
] as const satisfies readonly ColumnSpec[];
