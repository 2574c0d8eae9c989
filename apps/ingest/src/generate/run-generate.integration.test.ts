import { expect, inject, test } from 'vitest';
import { makeReporter } from '../process/reporter.ts';
import { runWriter } from '../writer/run-writer.ts';
import { runGenerate } from './run-generate.ts';

const quiet = makeReporter({ out: () => undefined, err: () => undefined, nowMillis: Date.now, lowest: 'error' });

test('what a small run says it published is in the tables, each row once', { timeout: 120_000 }, async () => {
  const prefix = `generate-${process.pid}.`;
  const database = `generate_${process.pid}`;
  const kafkaBrokers = inject('kafkaBrokers');
  const clickhouseUrl = inject('clickhouseUrl');
  const kafka = { kafkaBrokers, kafkaProperties: undefined, topicPrefix: prefix, logLevel: 'error' } as const;
  const said: { event: string; published?: Record<string, { rows: number }> }[] = [];
  const reporter = makeReporter({
    out: (line) => said.push(JSON.parse(line)),
    err: () => undefined,
    nowMillis: Date.now,
    lowest: 'error',
  });
  const families = ['lock', 'http', 'map', 'otel'] as const;
  const load = { eventsPerSecond: 8_000, seconds: 1, seed: 1, services: 3, families };
  await runGenerate({ ...load, ...kafka }, reporter, new AbortController().signal);
  const published = said.find(({ event }) => event === 'stopped')?.published ?? {};
  expect(Object.values(published).reduce((sum, { rows }) => sum + rows, 0)).toBe(8_000);

  const stop = new AbortController();
  const config = { clickhouseUrl, database, username: undefined, password: undefined };
  const writing = runWriter({ ...kafka, ...config, group: `g-${process.pid}` }, quiet, stop.signal);
  try {
    const tables = Object.keys(published);
    const wanted = tables.map((table) => published[table]?.rows);
    await expect
      .poll(() => Promise.all(tables.map((table) => countOf(database, table))), { timeout: 90_000, interval: 500 })
      .toEqual(wanted);
  } finally {
    stop.abort();
    await writing;
    await fetch(clickhouseUrl, { method: 'POST', body: `DROP DATABASE ${database} SYNC` });
  }

  async function countOf(of: string, table: string): Promise<number> {
    const sql = encodeURIComponent(`SELECT count() FROM ${of}.${table}`);
    return Number(await (await fetch(`${clickhouseUrl}/?query=${sql}`)).text());
  }
});
