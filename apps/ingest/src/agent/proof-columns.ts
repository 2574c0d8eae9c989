/** The proof columns: the same agent and sequence on every row of a batch. */
import type { AgentId, ColumnData } from '@mapscope/events';

/** Lent: the next batch is told in the same memory. */
export type ProofColumns = (sequence: bigint, rows: number) => Readonly<Record<string, ColumnData>>;

export function makeProof(agent: AgentId): ProofColumns {
  let sequences = new BigUint64Array(0);
  /** each row's index into the one key there is */
  let zeros = new Uint8Array(0);
  return (sequence, rows) => {
    if (rows > zeros.length) [sequences, zeros] = [new BigUint64Array(rows), new Uint8Array(rows)];
    return {
      agent: { storage: 'dictionary', keys: [agent], indexes: zeros.subarray(0, rows) },
      batch_seq: { storage: 'u64', values: sequences.subarray(0, rows).fill(sequence) },
    };
  };
}
