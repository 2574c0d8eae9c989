/**
 * An agent whose Kafka goes away and comes back: nothing it saw is lost, whether it was stopped meanwhile or killed. A real
 * broker of its own, a real agent on a real service. Skipped with its reason where there is no root or no Go.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Batch, batchToken, decodeBatch } from '@mapscope/events';
import { connectStream } from '@mapscope/stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findGo } from '../demo/go-tool.ts';
import { ensureKafkaJars } from '../setup/tasks/kafka-jars.ts';
import { type RunningKafka, startKafka } from './kafka.ts';
import { dataPaths } from './paths.ts';
import { freePort } from './ports.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { startAgent } from './roles.ts';

const SERVICE = `package main

import ("fmt"; "net"; "net/http")

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "ok") })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil { panic(err) }
	fmt.Printf("{\\"event\\":\\"listening\\",\\"url\\":\\"http://%s/\\"}\\n", l.Addr())
	panic(http.Serve(l, nil))
}
`;

const go = findGo();
const lacking = [go === undefined ? 'Go' : [], process.getuid?.() === 0 ? [] : 'root'].flat();
const folder = mkdtempSync(join(tmpdir(), 'mapscope-away-'));
const paths = dataPaths(folder);
const spools = join(paths.agentData, 'spools');

let kafka: RunningKafka;
let service: RunningProcess;
let url = '';
let port = 0;

async function ask(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await (await fetch(url)).text();
}

const spooledFiles = (): number =>
  existsSync(spools)
    ? readdirSync(spools, { recursive: true }).filter((name) => String(name).endsWith('.batches')).length
    : 0;

async function everything(): Promise<readonly Batch[]> {
  await using stream = await connectStream({ brokers: kafka.brokers, clientId: 'away-test' });
  const batches = new Map<string, Batch>();
  const groupId = `g-${Date.now()}`;
  const total = await stream.lag(groupId);
  let seen = 0;
  await stream.consume({
    topic: 'probe',
    groupId,
    onMessage: ({ value }) => {
      const batch = decodeBatch(value ?? new Uint8Array());
      batches.set(batchToken(batch.header), batch);
      seen += 1;
      return Promise.resolve();
    },
    onProblem: () => undefined,
  });
  await expect.poll(() => seen, { timeout: 30_000 }).toBeGreaterThanOrEqual(total);
  return [...batches.values()];
}

const requestsOf = (batches: readonly Batch[], agent: string): number =>
  batches
    .filter(({ header }) => header.agent === agent && header.kind === 'http_requests')
    .reduce((sum, { header }) => sum + header.rows, 0);

describe.skipIf(lacking.length > 0)(`an agent and its Kafka (skipped where lacking: ${lacking.join(', ')})`, () => {
  beforeAll(async () => {
    await ensureKafkaJars(paths);
    const source = join(folder, 'service');
    mkdirSync(source);
    writeFileSync(join(source, 'main.go'), SERVICE);
    writeFileSync(join(source, 'go.mod'), 'module away\n\ngo 1.19\n');
    expect(go?.(source, 'build', '-o', 'service', '.')).toMatchObject({ ok: true });
    port = await freePort();
    kafka = await startKafka(paths, port);
    service = startProcess({
      name: 'service',
      command: join(source, 'service'),
      args: [],
      logFile: join(paths.logs, 'service.log'),
    });
    url = String((await service.event('listening', 10_000))['url']);
  }, 120_000);
  afterAll(async () => {
    await service.stop();
    await kafka.process.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['stopped', 'SIGTERM'],
    ['killed', 'SIGKILL'],
  ] as const)(
    '%s while Kafka is away, what it saw is sent by the next one, once',
    async (_name, signal) => {
      const target = { pid: service.pid, service: 'away' };
      const first = await startAgent(paths, kafka.brokers, target);
      const { agent } = await first.event('attached', 30_000);
      await ask(50);
      kafka.process.kill('SIGKILL');
      await kafka.process.exited;
      for (let round = 0; round < 5; round++) {
        await ask(40);
        await sleep(600);
      }
      await expect.poll(spooledFiles, { timeout: 30_000 }).toBeGreaterThan(0);
      first.kill(signal);
      await first.exited;

      kafka = await startKafka(paths, port);
      const second = await startAgent(paths, kafka.brokers, target);
      const sent = await second.event('leftovers-sent', 60_000);
      expect(sent).toMatchObject({ agents: 1, torn: 0 });
      expect(spooledFiles()).toBe(0);
      await second.stop();
      const stored = requestsOf(await everything(), String(agent));
      // One batch of each kind is being sent, and is in memory only, when an agent is killed: its journal counts it.
      if (signal === 'SIGTERM') expect(stored).toBe(250);
      else expect(stored).toBeGreaterThanOrEqual(250 - 90);
    },
    180_000,
  );
});
