/**
 * Each program is killed with -9 in turn, under load. The probed service never notices; everything goes on by itself;
 * what reached Kafka is in the tables exactly once, and what a killed agent lost is a difference that is shown.
 */
import kafkajs from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { progressTo } from '../setup/steps.ts';
import { readStartOptions } from '../start/options.ts';
import { openSession, type Session } from '../start/session.ts';
import { temporaryFolder } from './start.ts';

const said: string[] = [];
const voices = { progress: progressTo(() => undefined), say: (line: string) => void said.push(line) };
const KILLED = ['agent', 'writer', 'clickhouse', 'kafka'] as const;

async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(250)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`waited 60 s for ${what}; said: ${said.join('')}`);
}

async function killAndAwait(session: Session, name: string): Promise<void> {
  const before = session.processes().find((process) => process.name === name);
  if (before === undefined) throw new Error(`no process ${name}`);
  process.kill(before.pid, 'SIGKILL');
  await until(`${name} to run again`, () =>
    session.processes().find((process) => process.name === name && process.pid !== before.pid && process.running()),
  );
}

interface ShopStats {
  readonly requests: number;
  readonly errors: number;
}

async function stats(session: Session): Promise<ShopStats> {
  const admin = 'admin' in session.target ? String(session.target.admin) : '';
  // The shop of infra/demo says so at GET /stats, see infra/demo/README.md.
  return (await (await fetch(`http://${admin}/stats`)).json()) as ShopStats;
}

async function query(session: Session, sql: string): Promise<Record<string, string | number>[]> {
  const response = await fetch(`${session.world.clickhouseUrl}/?query=${encodeURIComponent(`${sql} FORMAT JSON`)}`);
  expect(response.status, await response.clone().text()).toBe(200);
  return ((await response.json()) as { data: Record<string, string | number>[] }).data;
}

/** Messages that the broker took, by its own high watermarks. */
async function messagesIn(session: Session, topic: string): Promise<number> {
  const admin = new kafkajs.Kafka({
    brokers: [...session.world.kafkaBrokers],
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
}

test('agent, writer, engine and broker are killed in turn, and nothing that was published is lost or doubled', async () => {
  const ports = ['--port', '0', '--kafka-port', '0', '--clickhouse-port', '0', '--otlp-port', '0'];
  const session = await openSession(readStartOptions([...ports, '--data-dir', temporaryFolder()], {}), voices);
  onTestFinished(() => session.close());
  await sleep(5_000);
  for (const name of KILLED) {
    const before = await stats(session);
    await killAndAwait(session, name);
    await sleep(6_000);
    const after = await stats(session);
    expect(after.requests - before.requests, `the service went on while ${name} was down`).toBeGreaterThan(500);
    expect(after.errors, name).toBe(0);
    expect(said.join('')).toContain(`${name} ended by itself (by a signal), starting it again`);
  }
  const last = await session.drain();
  expect(session.target.alive()).toBe(true);
  const topic = 'mapscope.probe.v1';
  const published = await messagesIn(session, topic);
  const ledger = await until('the writer to catch up', async () => {
    const [row] = await query(session, `SELECT count() AS batches FROM mapscope.batches WHERE topic = '${topic}'`);
    return Number(row?.['batches']) === published ? published : undefined;
  });
  expect(ledger).toBeGreaterThan(100);
  // Not stacks: their table keeps one row per stack, and two agents saw the same ones.
  for (const kind of ['http_requests', 'lock_waits', 'agent_status']) {
    const [row] = await query(
      session,
      `SELECT (SELECT sum(rows) FROM mapscope.batches WHERE kind = '${kind}') AS ledger, (SELECT count() FROM mapscope.${kind}) AS stored`,
    );
    expect(Number(row?.['stored']), kind).toBe(Number(row?.['ledger']));
  }
  // The agent that lived to the end accounts for every event; the killed one could say its last word no more.
  expect(last.inserted).toBeGreaterThanOrEqual(last.published);
});
