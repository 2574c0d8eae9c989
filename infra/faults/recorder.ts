/**
 * Dumps of the goroutine flight recorder, while the service runs. Agents dump only what led to a crash, so the suite takes
 * these with a probe session of its own and inserts them under the name of the agent that watches the service.
 */
import { readFileSync } from 'node:fs';
import { type Clock, encodeNativeBlock, parseAgentId, TABLES } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import { openProbeSession } from '@mapscope/probe';
import { openStore } from '@mapscope/store';
import type { Agent, Watched } from './agent.ts';

export interface Recorder {
  readonly dump: (lastMillis: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const DATABASE = 'mapscope';
const MIB = 1024 * 1024;
/** some hundred requests a second for a minute */
const FLIGHT_BYTES = 64 * MIB;

const clock: Clock = {
  unixNanos: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6)),
  monotonicNanos: () => process.hrtime.bigint(),
};

export async function openRecorder(
  { clickhouseUrl }: { readonly clickhouseUrl: string },
  { pid, service }: Watched,
  { id, platform }: Agent,
): Promise<Recorder> {
  const executablePath = `/proc/${pid}/exe`;
  const session = await openProbeSession({
    pid,
    executablePath,
    binary: readGoBinary(readFileSync(executablePath)),
    families: ['goroutine'],
    flightBytes: FLIGHT_BYTES,
    ringBytes: MIB,
    flushMillis: 500,
    service,
    platform,
    clock,
    onColumns: () => undefined,
    onProblem: (error) => process.stderr.write(`  flight recorder: ${error.message}\n`),
  });
  const store = await openStore({ url: clickhouseUrl, database: DATABASE });
  let dumps = 0;
  return {
    dump: async (lastMillis) => {
      const { rows, columns } = await session.dumpGoroutines({ lastMillis });
      dumps += 1;
      const proof = {
        agent: { storage: 'dictionary', keys: [parseAgentId(id)], indexes: new Uint8Array(rows) },
        batch_seq: { storage: 'u64', values: new BigUint64Array(rows).fill(BigInt(dumps)) },
      } as const;
      const block = encodeNativeBlock(TABLES.goroutine_events, rows, { ...columns, ...proof });
      await store.insertBlocks('goroutine_events', [block], `dump-${pid}-${dumps}`);
    },
    close: async () => {
      await session.detach();
      await store.close();
    },
  };
}
