/** Events coming in while questions are asked: blocks of 20 000 rows, so many a second, inserted as the writer does. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchKind } from '@mapscope/events';
import type { Store } from '../../src/store.ts';
import { EVENTS_A_REQUEST, type Shape } from './shape.ts';
import { selectOf, TABLES_OF_WORLD } from './tables.ts';

/** One insert of each table holds the events of so many requests: 120 000 waits. */
const REQUESTS = 20_000;
const SPAN_NANOS = 30_000_000_000n;

export interface Ingest {
  readonly stop: () => Promise<{ readonly events: number; readonly seconds: number }>;
}

export interface IngestNeeds {
  readonly clickhouseUrl: string;
  readonly store: Store;
  /** the world that is there: what comes in has other traces */
  readonly shape: Shape;
  readonly eventsPerSecond: number;
}

export async function startIngest(needs: IngestNeeds): Promise<Ingest> {
  const { store, eventsPerSecond } = needs;
  const blocks = await makeBlocks(needs);
  const events = REQUESTS * EVENTS_A_REQUEST;
  const started = performance.now();
  const ending = new AbortController();
  let rounds = 0;
  const insertAll = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      for (const { kind, bytes } of blocks) await store.insertBlocks(kind, [bytes], `ingest-${rounds}`);
      rounds += 1;
      const due = started + (1000 * rounds * events) / eventsPerSecond;
      await sleep(Math.max(0, due - performance.now()), undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const working = eventsPerSecond > 0 ? insertAll() : Promise.resolve();
  return {
    stop: async () => {
      ending.abort();
      await working;
      return { events: rounds * events, seconds: (performance.now() - started) / 1000 };
    },
  };
}

interface Block {
  readonly kind: BatchKind;
  readonly bytes: Uint8Array;
}

/** The same requests every time, under another token: the engine does not care, and making them takes nothing meanwhile. */
async function makeBlocks({ clickhouseUrl, shape }: IngestNeeds): Promise<readonly Block[]> {
  const step = SPAN_NANOS / BigInt(REQUESTS);
  const now = BigInt(Date.now()) * 1_000_000n;
  const coming = { requests: REQUESTS, fromUnixNanos: now - BigInt(shape.requests) * step, spanNanos: SPAN_NANOS };
  const blocks: Block[] = [];
  for (const rows of TABLES_OF_WORLD) {
    const body = `${selectOf(rows, coming, shape.requests, REQUESTS)}\nFORMAT Native`;
    const answer = await fetch(clickhouseUrl, { method: 'POST', body });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (!answer.ok) throw new Error(`no rows of ${rows.kind} could be made: ${Buffer.from(bytes).toString()}`);
    blocks.push({ kind: rows.kind, bytes });
  }
  return blocks;
}
