/**
 * Bent batches into the real engine, one insert each, as the writer would send them. What it takes has to be there, as many rows
 * as the block says; what it refuses has left nothing.
 */
import { type Batch, type BatchKind, COLLAPSING_KINDS, MapscopeError } from '@mapscope/events';
import { openStore } from '@mapscope/store';

export interface EngineTrial {
  /** rejects with what the store said */
  readonly insert: (batch: Batch) => Promise<void>;
  readonly counts: () => { readonly inserted: number; readonly refused: number };
  /** at the end: is all of it there, and nothing else? */
  readonly settle: (faults: string[]) => Promise<void>;
}

const DATABASE = 'fuzz_batches';

export async function openTrial(url: string): Promise<EngineTrial> {
  const store = await openStore({ url, database: DATABASE });
  const ask = async (sql: string): Promise<string> => {
    const response = await fetch(`${url}/?database=${DATABASE}`, { method: 'POST', body: sql });
    const text = (await response.text()).trim();
    if (response.ok) return text;
    throw new MapscopeError('CLICKHOUSE_REFUSED', `${sql}: ${text}`);
  };
  await store.migrate();
  const expected = new Map<BatchKind, number>();
  const prepared = new Set<BatchKind>();
  let [inserted, refused, nth] = [0, 0, 0];
  return {
    insert: async ({ header, block }) => {
      if (!prepared.has(header.kind)) await keepRows(ask, header.kind);
      prepared.add(header.kind);
      try {
        await store.insertBlocks(header.kind, [block], `fuzz-${nth++}`);
        inserted += 1;
        expected.set(header.kind, (expected.get(header.kind) ?? 0) + header.rows);
      } catch (error) {
        refused += 1;
        throw error;
      }
    },
    counts: () => ({ inserted, refused }),
    settle: async (faults) => {
      for (const [kind, rows] of expected) {
        const found = Number(await ask(`SELECT count() FROM ${kind}`));
        // A stack sent again replaces itself.
        if (found !== rows && !COLLAPSING_KINDS.has(kind)) faults.push(`${kind} has ${found} rows, ${rows} were taken`);
      }
      await ask(`DROP DATABASE ${DATABASE} SYNC`);
      await store.close();
    },
  };
}

/** Bent times lie in any year: they must not expire while they are counted. */
const keepRows = async (ask: (sql: string) => Promise<string>, kind: BatchKind): Promise<unknown> =>
  ask(`ALTER TABLE ${kind} REMOVE TTL`);
