import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { parseAgentId } from '@mapscope/events';
import { type Store, openStore } from '@mapscope/store';
import { type Stream, connectStream } from '@mapscope/stream';
import { makeBatcher } from '../agent/batcher.ts';
import { statusColumns } from '../agent/status-columns.ts';
import { emptyTally } from '../agent/tally.ts';
import type { Facts, Reporter } from '../process/reporter.ts';
import { fillColumns } from '../testing/fill-columns.ts';
import { runWriter } from '../writer/run-writer.ts';
import { openCapture } from './capture-writer.ts';
import { runReplay } from './run-replay.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const clickhouseUrl = inject('clickhouseUrl') ?? '';
const SECOND = 1_000_000_000n;
/** A recording of last year: far beyond the TTL of every table, were its times not moved. */
const RECORDED = BigInt(Date.now()) * 1_000_000n - 365n * 86_400n * SECOND;
const NAMES = ['http_requests', 'lock_waits', 'stacks', 'probe_events', 'agent_status'] as const;

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

/** 3 × 40 rows of each kind but status, over nine seconds; a first and a final status around them. */
async function record(path: string): Promise<void> {
  const agent = parseAgentId(randomBytes(16).toString('hex'));
  const batcher = makeBatcher({ agent, boot: RECORDED, service: 'order', platform: 'p' }, 8 * 1024 * 1024);
  let now = RECORDED;
  const header = { recordedAt: new Date().toISOString(), kernel: '6.18.1', goVersion: 'go1.24.4', buildId: 'b' };
  const capture = await openCapture({
    path,
    header: { ...header, platform: 'p', service: 'order', agent },
    clock: { unixNanos: () => now },
    onProblem: (error) => expect.fail(error.message),
  });
  const ring = new Map([['lock_waits' as const, { submitted: 999n, lost: 0n }]]);
  const facts = { service: 'order', platform: 'p', pid: 7, buildId: 'b', probes: 9, attachNanos: 1n };
  const tell = async (final: boolean): Promise<void> => {
    const counts = { ring, published: emptyTally(), shed: new Map() };
    const report = { ...facts, ...counts, unixNanos: now, state: 'attached' as const, final };
    for (const { value } of batcher.prepare(statusColumns(report), { submitted: 0n, lost: 0n }))
      await capture.append(value);
  };
  await tell(false);
  for (let i = 1; i <= 3; i++) {
    now += 3n * SECOND;
    for (const kind of NAMES.slice(0, 4)) {
      const batches = batcher.prepare(fillColumns(kind, 40, now), { submitted: BigInt(40 * i), lost: 0n });
      for (const { value } of batches) await capture.append(value);
    }
  }
  await tell(true);
  expect(await capture.close()).toBe(true);
}

interface Place {
  readonly topicPrefix: string;
  readonly database: string;
  readonly stream: Stream;
  readonly store: Store;
}

/** Topics and a database of its own, with a writer between them. */
async function freshPlace(): Promise<Place> {
  const name = randomBytes(6).toString('hex');
  const [topicPrefix, database] = [`r-${name}.`, `test_${name}`];
  // Closed last: the writer is at its end before its tables go.
  closing.push(() =>
    fetch(clickhouseUrl, { method: 'POST', body: `DROP DATABASE IF EXISTS ${database} SYNC` }).then((answer) =>
      answer.arrayBuffer(),
    ),
  );
  const stream = await connectStream({ brokers, clientId: 'replay-test', topicPrefix });
  closing.push(() => stream.close());
  const [ready, ending] = [Promise.withResolvers<void>(), new AbortController()];
  const config = { kafkaBrokers: brokers, topicPrefix, clickhouseUrl, database, group: `g-${name}` };
  const rest = { kafkaProperties: undefined, username: undefined, password: undefined, logLevel: 'info' } as const;
  const reporter: Reporter = { event: (event) => void (event === 'ready' && ready.resolve()), log: () => undefined };
  const writing = runWriter({ ...config, ...rest }, reporter, ending.signal);
  closing.push(async () => {
    ending.abort();
    await writing;
  });
  await Promise.race([ready.promise, writing]);
  const store = await openStore({ url: clickhouseUrl, database });
  closing.push(() => store.close());
  return { topicPrefix, database, stream, store };
}

async function replay(place: Place, file: string, speed: string, stop = new AbortController()) {
  const events = new Map<string, Facts>();
  const reporter: Reporter = { event: (name, facts = {}) => void events.set(name, facts), log: () => undefined };
  const { topicPrefix } = place;
  const config = {
    file,
    speed,
    kafkaBrokers: brokers,
    kafkaProperties: undefined,
    topicPrefix,
    logLevel: 'info',
  } as const;
  await runReplay(config, reporter, stop.signal);
  const group = `g-${topicPrefix.slice(2, -1)}`;
  await expect.poll(() => place.stream.lag(group), { timeout: 60_000, interval: 100 }).toBe(0);
  return { attached: events.get('attached') ?? {}, stopped: events.get('stopped') ?? {} };
}

async function ask(place: Place, sql: string): Promise<string> {
  const response = await fetch(`${clickhouseUrl}/?database=${place.database}`, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text.trim();
}

/** Rows per table. Stacks are kept once each, whenever ClickHouse merges; so of them the ledger tells what was inserted. */
const counts = (place: Place): Promise<readonly string[]> =>
  Promise.all(
    NAMES.map((name) =>
      ask(
        place,
        name === 'stacks' ? "SELECT sum(rows) FROM batches WHERE kind = 'stacks'" : `SELECT count() FROM ${name}`,
      ),
    ),
  );

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mapscope-replay-test-'));
  closing.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

describe.skipIf(brokers.length === 0 || clickhouseUrl === '')(
  'with a real broker and engine (skipped where none is provided)',
  () => {
    test('a recording gives as many rows per table as were recorded, now, as replay, and all are accounted for', async () => {
      const file = join(folder(), 'run.capture');
      await record(file);
      const place = await freshPlace();
      const { attached, stopped } = await replay(place, file, 'max');
      expect(await counts(place)).toEqual(['120', '120', '120', '120', '2']);
      expect(attached).toMatchObject({
        pid: 7,
        probes: 9,
        service: 'order',
        rows: 482,
        replay: { kernel: '6.18.1', goVersion: 'go1.24.4', buildId: 'b' },
      });
      const range = 'SELECT max(ts) - min(ts) BETWEEN 5.99 AND 6.01, abs(max(ts) - now64(9)) < 60 FROM lock_waits';
      expect(await ask(place, range)).toBe('1\t1');
      const agent = String(attached['agent']);
      expect(await place.store.pipeline(agent)).toMatchObject([
        {
          kind: 'lock_waits',
          ringSubmitted: 120,
          published: 120,
          inserted: 120,
          publishedBatches: 3,
          insertedBatches: 3,
        },
      ]);
      expect(await place.store.agents()).toMatchObject([{ agent, state: 'replay', final: true }]);
      expect(stopped).toMatchObject({ reason: 'end', published: { stacks: { rows: 120, batches: 3 } } });

      const again = await replay(place, file, 'max');
      expect(again.attached['agent']).not.toBe(agent);
      expect(await counts(place)).toEqual(['240', '240', '240', '240', '4']);
    });

    test('a paced replay that is stopped ends with a final status that counts what was sent', async () => {
      const file = join(folder(), 'run.capture');
      await record(file);
      const place = await freshPlace();
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 4_500);
      const { attached, stopped } = await replay(place, file, '1', stop);
      expect(stopped).toMatchObject({ reason: 'signal' });
      expect(await counts(place)).toEqual(['40', '40', '40', '40', '2']);
      expect(await place.store.pipeline(String(attached['agent']))).toMatchObject([
        { kind: 'lock_waits', ringSubmitted: 40, published: 40, inserted: 40 },
      ]);
    });

    test('a file that is no whole recording publishes nothing and says what to do', async () => {
      const place = await freshPlace();
      const file = join(folder(), 'no.capture');
      writeFileSync(file, 'no recording at all');
      await expect(replay(place, file, 'max')).rejects.toMatchObject({ code: 'BATCH_MALFORMED' });
      await expect(replay(place, `${file}.missing`, 'max')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      expect(await counts(place)).toEqual(['0', '0', '0', '0', '0']);
    });
  },
);
