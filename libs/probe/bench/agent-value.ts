/** Columns → what is published of them, as the agent's batcher does (apps/ingest/src/agent/batcher.ts). */
import { encodeBatch, encodeNativeBlock, parseAgentId, TABLES } from '@mapscope/events';
import type { ColumnData, Columns } from '@mapscope/events';

const AGENT = parseAgentId('0123456789abcdef0123456789abcdef');

export function nativeBlock({ kind, rows, columns }: Columns): Uint8Array {
  const proof: Record<string, ColumnData> = {
    agent: { storage: 'dictionary', keys: [AGENT], indexes: new Uint32Array(rows) },
    batch_seq: { storage: 'u64', values: new BigUint64Array(rows).fill(7n) },
  };
  return encodeNativeBlock(TABLES[kind], rows, { ...columns, ...proof });
}

export function agentValue(columns: Columns): Uint8Array {
  const { kind, rows } = columns;
  const numbers = { boot: 1n, sequence: 7n, firstUnixNanos: 0n, lastUnixNanos: 1n, ringSubmitted: 0n, ringLost: 0n };
  const names = { agent: AGENT, family: kind, service: 'bench', platform: 'arch=amd64' };
  return encodeBatch({ ...names, ...numbers, kind, rows }, nativeBlock(columns));
}
