/** One case's stage: topics, group, database and processes of its own, on the broker and engine that all share. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MapscopeError } from '@mapscope/events';
import { type Stream, connectStream } from '@mapscope/stream';
import { REPO_ROOT } from '../world/paths.ts';
import { type RunningProcess, startProcess } from '../world/process.ts';
import { type AccountFile, readAccount } from './account.ts';
import { makeMemoryBook, type MemoryBook } from './memory-book.ts';
import type { Place, Server } from './place.ts';
import type { ChaosStep, Kill } from './report.ts';

const CHILDREN = join(REPO_ROOT, 'apps/ingest/src/writer/testing');
const READY_MILLIS = 60_000;
/** Beyond the target, so that a miss is measured and not guessed. */
const WRITTEN_MILLIS = 120_000;

/** As apps/ingest's dying writer takes it (chaos-writer.ts). */
export interface WriterOrder {
  readonly harm?: {
    readonly step: string;
    readonly nth: number;
    readonly signal: 'SIGKILL' | 'SIGSTOP';
    readonly pid?: number;
    readonly afterMillis: number;
  };
  readonly sessionMillis?: number;
  readonly rowsPerBlock?: number;
  readonly clockStepsMillis?: readonly number[];
  readonly brokers?: readonly string[];
  readonly clickhouseUrl?: string;
}

/** As apps/ingest's load-publisher.ts takes it. */
export interface LoadOrder {
  readonly rounds: number;
  readonly rows: number;
  readonly everyMillis: number;
  readonly sendings?: number;
  readonly poison?: number;
  readonly clockStepsMillis?: readonly number[];
  readonly brokers?: readonly string[];
  readonly dataDir?: string;
}

export interface Means {
  readonly place: Place;
  /** 0 ≤ x < 1, the same in every run of a seed */
  readonly random: () => number;
  readonly onKill: (kill: Kill) => void;
  readonly say: (line: string) => void;
  readonly sessionMillis: number;
}

export interface Scene extends Means {
  readonly name: string;
  readonly topicPrefix: string;
  readonly database: string;
  readonly stream: Stream;
  readonly memory: MemoryBook;
  readonly startWriter: (order?: WriterOrder) => RunningProcess;
  readonly startPublisher: (order: LoadOrder) => RunningProcess;
  /** SIGKILL, and its end; `shown` says how it is known where it was */
  readonly kill: (victim: Kill['victim'], process: RunningProcess, step: ChaosStep, shown: string) => Promise<void>;
  /** a process that ended by a harm it was told to do to itself or to another */
  readonly noteKill: (victim: Kill['victim'], pid: number, step: ChaosStep, shown: string) => void;
  /** resolves when the group has committed all there is, to the seconds since `since` (performance.now) */
  readonly written: (since: number) => Promise<number>;
  readonly account: () => AccountFile;
  readonly ask: (sql: string) => Promise<string>;
  readonly kills: () => readonly Kill[];
  readonly recoveries: number[];
  readonly faults: string[];
  /** batches that may be given up, and are counted: a disk for the spool that is full */
  mayGiveUp: boolean;
  readonly close: () => Promise<void>;
}

export async function openScene(name: string, means: Means, url: string = means.place.clickhouseUrl): Promise<Scene> {
  const { place } = means;
  const id = randomBytes(4).toString('hex');
  const [topicPrefix, database] = [`chaos-${id}.`, `chaos_${id}`];
  const stream = await connectStream({ brokers: place.brokers, clientId: 'chaos', topicPrefix });
  await stream.ensureTopics();
  const base: Base = { ...means, url, name, id, topicPrefix, database, stream, started: [], kills: [] };
  writeFileSync(accountFile(base), '');
  const { noteKill, kill } = killing(base);
  return {
    ...base,
    memory: makeMemoryBook(),
    startWriter: (order = {}) => startWriter(base, order),
    startPublisher: (order) => startPublisher(base, order),
    noteKill,
    kill,
    written: (since) => untilWritten(base, since),
    account: () => readAccount(readFileSync(accountFile(base), 'utf8')),
    ask: (sql) => ask(`${url}/?database=${database}`, sql),
    kills: () => base.kills,
    recoveries: [],
    faults: [],
    mayGiveUp: false,
    close: async () => {
      await Promise.all(base.started.map((process) => process.stop()));
      await stream.close();
    },
  };
}

interface Base extends Means {
  readonly url: string;
  readonly name: string;
  readonly id: string;
  readonly topicPrefix: string;
  readonly database: string;
  readonly stream: Stream;
  readonly started: RunningProcess[];
  readonly kills: Kill[];
}

const accountFile = ({ place, id }: Base): string => join(place.paths.root, `account-${id}`);

function child(base: Base, script: string, order: object): RunningProcess {
  const { place, id, started } = base;
  const running = startProcess({
    name: script.replace('.ts', ''),
    command: process.execPath,
    args: ['--conditions=source', '--max-old-space-size=256', join(CHILDREN, script), JSON.stringify(order)],
    logFile: join(place.paths.logs, `${id}-${script}.log`),
  });
  started.push(running);
  return running;
}

function startWriter(base: Base, order: WriterOrder): RunningProcess {
  const { place, topicPrefix, database, id, url } = base;
  const config = {
    kafkaBrokers: order.brokers ?? place.brokers,
    kafkaProperties: undefined,
    topicPrefix,
    clickhouseUrl: order.clickhouseUrl ?? url,
    database,
    group: `g-${id}`,
    username: undefined,
    password: undefined,
    logLevel: 'info',
  };
  const bounds = order.rowsPerBlock === undefined ? {} : { rows: order.rowsPerBlock, millis: 200 };
  const tuning = { bounds, sessionMillis: order.sessionMillis ?? base.sessionMillis };
  const { harm, clockStepsMillis } = order;
  return child(base, 'chaos-writer.ts', { config, tuning, harm, clockStepsMillis });
}

function startPublisher(base: Base, order: LoadOrder): RunningProcess {
  const { place, topicPrefix, id } = base;
  const where = { brokers: place.brokers, dataDir: join(place.paths.root, `agent-${id}`) };
  return child(base, 'load-publisher.ts', { ...where, ...order, topicPrefix, accountFile: accountFile(base) });
}

function killing(base: Base): Pick<Scene, 'noteKill' | 'kill'> {
  const noteKill: Scene['noteKill'] = (victim, pid, step, shown) => {
    const kill: Kill = { case: base.name, victim, pid, step, shown };
    base.kills.push(kill);
    base.onKill(kill);
  };
  const kill: Scene['kill'] = async (victim, process, step, shown) => {
    process.kill('SIGKILL');
    await process.exited;
    noteKill(victim, process.pid, step, shown);
  };
  return { noteKill, kill };
}

async function untilWritten({ stream, id, name }: Base, since: number): Promise<number> {
  const deadline = performance.now() + WRITTEN_MILLIS;
  let said = '';
  while (performance.now() < deadline) {
    // The broker may be on its way back.
    const lag = await stream.lag(`g-${id}`).catch((error: unknown) => String(error));
    if (lag === 0) return (performance.now() - since) / 1000;
    said = String(lag);
    await sleep(50);
  }
  throw new MapscopeError('INTERNAL', `${name}: not written after ${WRITTEN_MILLIS / 1000} s, lag ${said}`);
}

async function ask(url: string, sql: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new MapscopeError('CLICKHOUSE_REFUSED', `${sql.slice(0, 120)}: ${text.slice(0, 300)}`);
  return text.trim();
}

/** Polls until it is so; the reason why it never was is the error. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  millis = READY_MILLIS,
): Promise<void> {
  const deadline = performance.now() + millis;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new MapscopeError('INTERNAL', `waited ${millis / 1000} s until ${what}`);
    await sleep(5);
  }
}

export const ready = (process: RunningProcess): Promise<unknown> => process.event('ready', READY_MILLIS);

/** Kills a server and brings it back; resolves to the moment of its end. */
export async function killServer(scene: Scene, server: Server, step: ChaosStep, shown: string): Promise<number> {
  await scene.kill(server.victim, server.process(), step, shown);
  const at = performance.now();
  await server.start();
  return at;
}
