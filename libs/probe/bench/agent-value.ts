/** Columns → what is published of them, as the agent's batcher does (apps/ingest/src/agent/batcher.ts). */
import { createBlockEncoder, encodeBatch, parseAgentId, TABLES } from '@mapscope/events';
import type { ColumnData, Columns } from '@mapscope/events';

const AGENT = parseAgentId('0123456789abcdef0123456789abcdef');

/** One after the other, as the batcher does: each block lies where the one before lay. */
const encodeBlock = createBlockEncoder();
let sequences = new BigUint64Array(0);
let zeros = new Uint8Array(0);

export function nativeBlock({ kind, rows, columns }: Columns): Uint8Array {
  if (rows > zeros.length) [sequences, zeros] = [new BigUint64Array(rows), new Uint8Array(rows)];
  const proof: Record<string, ColumnData> = {
    agent: { storage: 'dictionary', keys: [AGENT], indexes: zeros.subarray(0, rows) },
    batch_seq: { storage: 'u64', values: sequences.subarray(0, rows).fill(7n) },
  };
  return encodeBlock(TABLES[kind], rows, { ...columns, ...proof });
}

export function agentValue(columns: Columns): Uint8Array {
  const { kind, rows } = columns;
  const numbers = { boot: 1n, sequence: 7n, firstUnixNanos: 0n, lastUnixNanos: 1n, ringSubmitted: 0n, ringLost: 0n };
  const names = { agent: AGENT, family: kind, service: 'bench', platform: 'arch=amd64' };
  return encodeBatch({ ...names, ...numbers, kind, rows }, nativeBlock(columns));
}
