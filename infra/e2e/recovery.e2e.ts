/**
 * Each program is killed with -9 in turn, under load. The probed service never notices; everything goes on by itself;
 * what reached Kafka is in the tables exactly once; what the killed agent lost is counted, and when nobody watched is told:
 *
 *   answered by the service (its own count) = stored + counted as lost + answered in the gap
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { batchToken, decodeBatch } from '@mapscope/events';
import { connectStream } from '@mapscope/stream';
import { progressTo } from '../setup/steps.ts';
import { readStartOptions } from '../start/options.ts';
import { openSession, type Session } from '../start/session.ts';
import { temporaryFolder } from './start.ts';

const said: string[] = [];
const voices = { progress: progressTo(() => undefined), say: (line: string) => void said.push(line) };
const KILLED = ['agent', 'writer', 'clickhouse', 'kafka'] as const;

/**
 * A writer that was killed is a member of its group for 30 s more (kafkajs, sessionTimeout), and the next one waits for
 * that; what then lies there is written batch by batch, on a machine that may do much else.
 */
const PATIENCE_MILLIS = 300_000;

async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MILLIS; Date.now() < deadline; await sleep(1_000)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`waited ${PATIENCE_MILLIS / 1000} s for ${what}; said: ${said.join('')}`);
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
  /** charges at the payment service, which is served by the same process */
  readonly payments: number;
}

/** Our own questions are requests to the same process, and probed like all others. */
let asked = 0;

async function stats(session: Session): Promise<ShopStats> {
  asked += 1;
  const admin = 'admin' in session.target ? String(session.target.admin) : '';
  // The shop of infra/demo says so at GET /stats, see infra/demo/README.md.
  return (await (await fetch(`http://${admin}/stats`)).json()) as ShopStats;
}

async function query(session: Session, sql: string): Promise<Record<string, string | number>[]> {
  const response = await fetch(`${session.world.clickhouseUrl}/?query=${encodeURIComponent(`${sql} FORMAT JSON`)}`);
  expect(response.status, await response.clone().text()).toBe(200);
  return ((await response.json()) as { data: Record<string, string | number>[] }).data;
}

/** All that the process has answered; the question itself is not over yet. */
const answeredBefore = ({ requests, payments }: ShopStats): number => requests + payments + asked - 1;

interface Sample {
  readonly sentMillis: number;
  readonly receivedMillis: number;
  readonly answered: number;
}

/** Asks again and again until stopped. */
function sampleAnswered(session: Session): { readonly samples: readonly Sample[]; readonly stop: () => Promise<void> } {
  const samples: Sample[] = [];
  const stopping = new AbortController();
  const sampling = (async () => {
    while (!stopping.signal.aborted) {
      const sentMillis = Date.now();
      const answered = answeredBefore(await stats(session));
      samples.push({ sentMillis, receivedMillis: Date.now(), answered });
      await sleep(10);
    }
  })();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await sampling;
  };
  return { samples, stop };
}

/** At least and at most so many were answered by then. */
function answeredAt(samples: readonly Sample[], unixMillis: number): readonly [low: number, high: number] {
  const before = samples.filter(({ receivedMillis }) => receivedMillis <= unixMillis).at(-1);
  const after = samples.find(({ sentMillis }) => sentMillis >= unixMillis);
  if (before === undefined || after === undefined) throw new Error('the samples do not reach over the gap');
  return [before.answered, after.answered];
}

/** Identities of the batches that the broker took. A batch whose acknowledgement was lost was sent again and is there twice. */
async function batchesInKafka(session: Session): Promise<ReadonlySet<string>> {
  await using stream = await connectStream({ brokers: session.world.kafkaBrokers, clientId: 'recovery-test' });
  const tokens = new Set<string>();
  const groupId = `recovery-${randomUUID()}`;
  await stream.consume({
    topic: 'probe',
    groupId,
    onMessage: async ({ value }) => void tokens.add(batchToken(decodeBatch(value ?? new Uint8Array()).header)),
    onProblem: () => undefined,
  });
  await until('the topic to be read', async () => ((await stream.lag(groupId)) === 0 ? true : undefined));
  return tokens;
}

interface AgentDeath {
  readonly agent: string;
  readonly unixMillis: number;
  readonly restartedUnixMillis: number;
  readonly samples: readonly Sample[];
}

/** So long the broker stands still before: the agent then has rows in its hands, and one batch on its way unanswered. */
const STILL_MILLIS = 1_500;

async function killAgent(session: Session): Promise<AgentDeath> {
  const { agent } = session.attached;
  const { samples, stop } = sampleAnswered(session);
  const broker = session.processes().find(({ name }) => name === 'kafka');
  await sleep(1_000);
  broker?.kill('SIGSTOP');
  await sleep(STILL_MILLIS);
  const unixMillis = Date.now();
  const restarted = killAndAwait(session, 'agent');
  broker?.kill('SIGCONT');
  await restarted;
  const restartedUnixMillis = Date.now();
  await sleep(1_000);
  await stop();
  return { agent, unixMillis, restartedUnixMillis, samples };
}

/** The agent's last reading is at most this old when it dies: ten readings a second, on a machine that does much else. */
const READING_MILLIS = 500;
/**
 * Not told apart from outside: requests that began before the next agent attached and ended after it, and those that
 * ended between the time of the last reading and its counters, where a busy machine may stop the agent for a while.
 * Far fewer than what an agent has in its hands: without that count the sum would not come out.
 */
const AT_THE_EDGES = 25;

async function expectAccounted(session: Session, death: AgentDeath, answered: number): Promise<void> {
  const { agents, pipeline } = await session.api.status();
  const reports = agents.filter(({ agent }) => agent === death.agent);
  const report = reports.find(({ kind }) => kind === 'http_requests');
  expect(report).toMatchObject({ state: 'died', final: true });
  const [from, to] = [Date.parse(report?.gap?.from ?? ''), Date.parse(report?.gap?.to ?? '')];
  expect(from).toBeGreaterThan(death.unixMillis - READING_MILLIS);
  expect(from).toBeLessThanOrEqual(death.unixMillis + READING_MILLIS);
  expect(to).toBeGreaterThan(death.unixMillis);
  expect(to).toBeLessThanOrEqual(death.restartedUnixMillis);
  expect(reports.reduce((sum, { lostWithAgent }) => sum + lostWithAgent, 0)).toBe(pipeline.totals.lostWithAgent);
  expect(report?.lostWithAgent, 'more than the edges could hide').toBeGreaterThan(2 * AT_THE_EDGES);

  const [row] = await query(session, 'SELECT count() AS stored FROM mapscope.http_requests');
  const unaccounted = answered - Number(row?.['stored']) - (report?.lostWithAgent ?? 0);
  const [begun, ended] = [answeredAt(death.samples, from), answeredAt(death.samples, to)];
  expect(unaccounted, 'stored, lost and unseen are all there is').toBeGreaterThanOrEqual(
    ended[0] - begun[1] - AT_THE_EDGES,
  );
  expect(unaccounted).toBeLessThanOrEqual(ended[1] - begun[0] + AT_THE_EDGES);
}

/** What Kafka took is in the ledger, and what the ledger has is in the tables. */
async function expectOnce(session: Session): Promise<void> {
  const tokens = await batchesInKafka(session);
  const ofProbes = "FROM mapscope.batches WHERE topic = 'mapscope.probe.v1'";
  await until('the writer to catch up', async () => {
    const [row] = await query(session, `SELECT count() AS batches ${ofProbes}`);
    return Number(row?.['batches']) >= tokens.size ? true : undefined;
  });
  const identity = "concat(agent, '-', toString(boot), '-', family, '-', toString(sequence)) AS token";
  const ledger = (await query(session, `SELECT ${identity} ${ofProbes}`)).map((row) => String(row['token']));
  expect(ledger.length).toBeGreaterThan(100);
  expect(ledger.toSorted()).toEqual([...tokens].toSorted());
  // Not stacks: their table keeps one row per stack, and two agents saw the same ones.
  for (const kind of ['http_requests', 'lock_waits', 'agent_status']) {
    const [row] = await query(
      session,
      `SELECT (SELECT sum(rows) FROM mapscope.batches WHERE kind = '${kind}') AS ledger, (SELECT count() FROM mapscope.${kind}) AS stored`,
    );
    expect(Number(row?.['stored']), kind).toBe(Number(row?.['ledger']));
  }
}

const TIMEOUT = { timeout: 900_000 };

test(
  'agent, writer, engine and broker are killed in turn, and nothing that was published is lost or doubled',
  TIMEOUT,
  async () => {
    const ports = ['--port', '0', '--kafka-port', '0', '--clickhouse-port', '0', '--otlp-port', '0', '--rate', '300'];
    const session = await openSession(readStartOptions([...ports, '--data-dir', temporaryFolder()], {}), voices);
    onTestFinished(() => session.close());
    await sleep(5_000);
    let killed: AgentDeath | undefined;
    for (const name of KILLED) {
      const before = await stats(session);
      if (name === 'agent') killed = await killAgent(session);
      else await killAndAwait(session, name);
      await sleep(6_000);
      const after = await stats(session);
      expect(after.requests - before.requests, `the service went on while ${name} was down`).toBeGreaterThan(500);
      expect(after.errors, name).toBe(0);
      expect(said.join('')).toContain(`${name} ended by itself (by a signal), starting it again`);
    }
    await session.target.stopLoad();
    await sleep(1_000);
    const answered = answeredBefore(await stats(session)) + 1;
    await sleep(1_000);
    await session.drain();
    expect(session.target.alive()).toBe(true);
    await expectOnce(session);
    const { totals } = (await session.api.status()).pipeline;
    expect(totals.published, 'published = inserted, whoever published').toBe(totals.inserted);
    expect(totals.ringSubmitted, 'what is not published is counted as lost').toBe(
      totals.published + totals.lostWithAgent,
    );
    expect(totals.ringLost).toBe(0);
    if (killed === undefined) throw new Error('no agent was killed');
    await expectAccounted(session, killed, answered);
  },
);
