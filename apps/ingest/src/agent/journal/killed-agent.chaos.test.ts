/** Real agents as processes of their own on a real service, killed with -9. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { type Batch, type ColumnData, NANOS_PER_MILLI, decodeNativeBlock } from '@mapscope/events';
import { probedService } from '../../testing/probed-service.ts';
import { freshStream, readAll, rowsOf } from '../../testing/probe-topic.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const brokers = inject('kafkaBrokers') ?? [];
const { lacking, folder, startService } = probedService(brokers);

interface AgentProcess {
  readonly agent: string;
  readonly child: ChildProcess;
  readonly event: (name: string) => Promise<Record<string, unknown>>;
}

async function startAgent(
  pid: number,
  topicPrefix: string,
  dataDir: string,
  flushMillis: number,
): Promise<AgentProcess> {
  const options = ['--pid', String(pid), '--topic-prefix', topicPrefix, '--data-dir', dataDir];
  const rest = ['--kafka-brokers', brokers.join(','), '--flush-ms', String(flushMillis), '--ring-bytes', '1048576'];
  const child = spawn(process.execPath, ['--conditions=source', MAIN, 'agent', ...options, ...rest], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const events: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as Record<string, unknown>);
  });
  const find = (name: string) => events.find(({ event }) => event === name);
  const event = async (name: string) => {
    await expect.poll(() => find(name), { timeout: 20_000, interval: 20 }).toBeDefined();
    return find(name) ?? {};
  };
  return { agent: String((await event('attached'))['agent']), child, event };
}

async function end({ child }: AgentProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, 'exit');
}

const get = async (url: string, times: number): Promise<void> => {
  for (let i = 0; i < times; i++) await (await fetch(url)).text();
};

/** The http_requests row of an agent's last status. */
function lastStatus(batches: readonly Batch[], agent: string): Record<string, bigint | number | string | undefined> {
  const last = batches.filter(({ header }) => header.kind === 'agent_status' && header.agent === agent).at(-1);
  const block = decodeNativeBlock(last?.block ?? new Uint8Array());
  const family = block.columns.find(({ name }) => name === 'family')?.data;
  const kinds = family?.storage === 'dictionary' ? [...family.indexes].map((index) => family.keys[index]) : [];
  const row = kinds.indexOf('http_requests');
  return Object.fromEntries(block.columns.map(({ name, data }) => [name, valueAt(data, row)]));
}

function valueAt(data: ColumnData, row: number): bigint | number | string | undefined {
  if (data.storage === 'dictionary') return data.keys[data.indexes[row] ?? 0];
  if (data.storage === 'u8' || data.storage === 'u32' || data.storage === 'u64' || data.storage === 'i64') {
    return data.values[row];
  }
  return undefined;
}

const nowNanos = (): bigint => BigInt(Date.now()) * NANOS_PER_MILLI;
const journals = (dataDir: string): readonly string[] => readdirSync(join(dataDir, 'journals'));

describe.skipIf(lacking.length > 0)(
  `on a real kernel and broker (skipped where lacking: ${lacking.join(', ')})`,
  () => {
    test('after kill -9 the next agent says how many events were lost, exactly, and how long nobody watched', async () => {
      const { stream, topicPrefix } = await freshStream(brokers);
      const service = await startService();
      const dataDir = join(folder, 'killed');
      const first = await startAgent(service.pid, topicPrefix, dataDir, 2_000);
      await get(service.url, 40);
      await expect.poll(async () => rowsOf(await readAll(stream), 'http_requests'), { timeout: 20_000 }).toBe(40);
      await get(service.url, 25);
      await sleep(300);
      const killedAt = nowNanos();
      await end(first, 'SIGKILL');
      await get(service.url, 7);
      const second = await startAgent(service.pid, topicPrefix, dataDir, 50);
      const attachedBy = nowNanos();
      expect(await second.event('predecessor-died')).toMatchObject({ agent: first.agent });
      await get(service.url, 10);
      await end(second, 'SIGTERM');

      const batches = await readAll(stream);
      const arrived = batches.filter(({ header }) => header.agent === first.agent);
      const status = lastStatus(batches, first.agent);
      expect(status).toMatchObject({
        state: 'died',
        final: 1,
        ring_submitted: 65n,
        published_rows: 40n,
        pid: service.pid,
      });
      expect(Number(status['ring_submitted']) - rowsOf(arrived, 'http_requests')).toBe(25);
      const [from, to] = [BigInt(status['ts'] ?? 0), BigInt(status['gap_end'] ?? 0)];
      expect(from).toBeLessThan(killedAt + 20n * NANOS_PER_MILLI);
      expect(killedAt - from).toBeLessThan(500n * NANOS_PER_MILLI);
      expect(to).toBeGreaterThan(killedAt);
      expect(to).toBeLessThan(attachedBy + NANOS_PER_MILLI);
      // 82 answered = 40 arrived + 25 counted as lost + 7 in the gap + 10 of the second agent
      expect(rowsOf(batches, 'http_requests')).toBe(50);
      expect(journals(dataDir)).toEqual([]);
    });

    test('an agent that runs on another service is never spoken for, and one stopped in order leaves no journal', async () => {
      const { stream, topicPrefix } = await freshStream(brokers);
      const [one, two] = [await startService(), await startService()];
      const dataDir = join(folder, 'alive');
      const first = await startAgent(one.pid, topicPrefix, dataDir, 50);
      const second = await startAgent(two.pid, topicPrefix, dataDir, 50);
      await sleep(500);
      expect(journals(dataDir).toSorted()).toEqual([`${first.agent}.journal`, `${second.agent}.journal`].toSorted());
      await end(first, 'SIGTERM');
      await end(second, 'SIGTERM');
      expect(journals(dataDir)).toEqual([]);
      const batches = await readAll(stream);
      for (const { agent } of [first, second]) {
        expect(lastStatus(batches, agent)).toMatchObject({ state: 'detached', final: 1, gap_end: 0n });
      }
    });
  },
);
