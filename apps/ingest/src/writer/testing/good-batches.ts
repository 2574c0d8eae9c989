/** Batches as agents make them: every kind, few rows and more. */
import { BATCH_KINDS, type BatchKind, parseAgentId } from '@mapscope/events';
import { makeBatcher } from '../../agent/batcher.ts';
import { fillColumns } from '../../testing/fill-columns.ts';

const ROWS = [1, 3, 40];

export function goodBatches(nowUnixNanos = BigInt(Date.now()) * 1_000_000n): readonly Uint8Array[] {
  const agent = parseAgentId('f'.repeat(32));
  const identity = { agent, boot: 1n, service: 'order', platform: 'arch=amd64' };
  const batcher = makeBatcher(identity, 8 * 1024 * 1024);
  // Object.keys of a const table gives its keys.
  return (Object.keys(BATCH_KINDS) as BatchKind[]).flatMap((kind) =>
    ROWS.flatMap((rows) =>
      batcher.prepare(fillColumns(kind, rows, nowUnixNanos), { submitted: 0n, lost: 0n }).map(({ value }) => value),
    ),
  );
}
