/** For tests: the role and the writer on a real broker and engine, in a topic prefix and a database of their own. */
import { randomBytes } from 'node:crypto';
import { type Store, openStore } from '@mapscope/store';
import { type Stream, connectStream } from '@mapscope/stream';
import type { Facts, Reporter } from '../../process/reporter.ts';
import { runWriter } from '../../writer/run-writer.ts';
import { runOtlp } from '../run-otlp.ts';

export interface OtlpPlace {
  /** of the receiver over HTTP, no path */
  readonly url: string;
  readonly grpcUrl: string;
  readonly store: Store;
  readonly stream: Stream;
  readonly topicPrefix: string;
  /** rows of a query without FORMAT */
  readonly ask: (sql: string) => Promise<readonly Record<string, unknown>[]>;
  /** Stops the receiver; resolves to what it said at the end. */
  readonly stop: () => Promise<Facts>;
  readonly close: () => Promise<void>;
}

export async function openOtlpPlace(kafkaBrokers: string[], clickhouseUrl: string): Promise<OtlpPlace> {
  const name = randomBytes(6).toString('hex');
  const common = { kafkaBrokers, kafkaProperties: undefined, topicPrefix: `o-${name}.`, logLevel: 'info' } as const;
  const database = `test_${name}`;
  const writer = await startRole((reporter, signal) =>
    runWriter(
      { ...common, clickhouseUrl, database, group: `g-${name}`, username: undefined, password: undefined },
      reporter,
      signal,
    ),
  );
  const access = { keysFile: undefined, requireKey: false, allowedHosts: [], allowedOrigins: [] };
  const role = await startRole((reporter, signal) =>
    runOtlp({ ...common, ...access, host: '127.0.0.1', port: 0, grpcPort: 0 }, reporter, signal),
  );
  const store = await openStore({ url: clickhouseUrl, database });
  const stream = await connectStream({ brokers: kafkaBrokers, clientId: 'otlp-test', topicPrefix: common.topicPrefix });
  const close = async (): Promise<void> => {
    await role.stop();
    await writer.stop();
    await stream.close();
    await store.close();
    await fetch(clickhouseUrl, { method: 'POST', body: `DROP DATABASE ${database} SYNC` });
  };
  const ask: OtlpPlace['ask'] = (sql) => askRows(`${clickhouseUrl}/?database=${database}`, sql);
  return {
    url: String(role.ready['url']),
    grpcUrl: String(role.ready['grpcUrl']),
    store,
    stream,
    topicPrefix: common.topicPrefix,
    ask,
    stop: role.stop,
    close,
  };
}

interface RunningRole {
  readonly ready: Facts;
  readonly stop: () => Promise<Facts>;
}

async function startRole(run: (reporter: Reporter, stop: AbortSignal) => Promise<void>): Promise<RunningRole> {
  const ready = Promise.withResolvers<Facts>();
  let stopped: Facts = {};
  const reporter: Reporter = {
    event: (event, facts = {}) => {
      if (event === 'ready') ready.resolve(facts);
      if (event === 'stopped') stopped = facts;
    },
    log: () => undefined,
  };
  const ending = new AbortController();
  const running = run(reporter, ending.signal);
  const facts = await Promise.race([ready.promise, running.then(() => ({}))]);
  const stop = async (): Promise<Facts> => {
    ending.abort();
    await running;
    return stopped;
  };
  return { ready: facts, stop };
}

async function askRows(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const response = await fetch(url, { method: 'POST', body: `${sql} FORMAT JSONEachRow` });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  // One JSON object a line, by the format asked for.
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
}
