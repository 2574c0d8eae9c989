/** The program as people start it, and the assistant endpoint, over the real engine: both say what the rows hold. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rootCauseAnswer, type RootCauseAnswer } from '@mapscope/contract';
import { encodeNativeBlock, TABLES } from '@mapscope/events';
import { expect, test } from 'vitest';
import { engineWorld, isGiven, realNow, reason } from '../testing/engine-world.ts';
import { folder } from '../testing/guarded-api.ts';
import { callTool, mcpClient } from '../testing/mcp-client.ts';
import { type Planted, plantRequests } from '../testing/planted-evidence.ts';
import { block, requestRow, waitRow } from '../testing/planted-rows.ts';
import { type RunningApi, runningApi } from '../testing/running-api.ts';
import { speedscopeFile, traceEventFile } from './export/testing/formats.ts';
import { goPprof, goRoot } from './export/testing/go-pprof.ts';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOLDER_STACK = 77n;
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** Two minutes in which every fifth of twenty requests a second waits, after four in which none does. */
async function planted() {
  const { store, database } = await engineWorld();
  const now = (realNow() / SECOND) * SECOND;
  const rows = plantRequests(now - 6n * MINUTE, now - 2n * MINUTE, now - SECOND);
  const waiting = rows.filter(({ waitNanos }) => waitNanos > 0);
  await store.insertBlocks('http_requests', [block('http_requests', rows.map(requestRow))], `${database}_r`);
  const waits = waiting.map((one) => ({ ...waitRow(one), holder_stack: HOLDER_STACK }));
  await store.insertBlocks('lock_waits', [block('lock_waits', waits)], `${database}_w`);
  await store.insertBlocks('stacks', [stackBlock(now)], `${database}_s`);
  const clock = { unixNanos: () => now, monotonicNanos: () => process.hrtime.bigint() };
  const api = await runningApi({ store, clock });
  return { api, now, waiting };
}

const dictionary = (text: string) => ({ storage: 'dictionary', keys: [text], indexes: Uint32Array.of(0) }) as const;

function stackBlock(ts: bigint): Uint8Array {
  return encodeNativeBlock(TABLES.stacks, 1, {
    ts: { storage: 'i64', values: BigInt64Array.of(ts) },
    service: dictionary('order'),
    build_id: dictionary('b'),
    stack: { storage: 'u64', values: BigUint64Array.of(HOLDER_STACK) },
    functions: { storage: 'stringArrays', values: [['main.(*Cache).Rebuild', 'main.refresh']] },
    files: { storage: 'stringArrays', values: [['cache.go', 'main.go']] },
    lines: { storage: 'u32Arrays', values: [[88, 31]] },
    agent: dictionary('a'.repeat(32)),
    batch_seq: { storage: 'u64', values: BigUint64Array.of(1n) },
  });
}

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A process of its own, at the api's address; the api answers meanwhile. */
function run({ url }: RunningApi, ...words: readonly string[]): Promise<Ran> {
  const env = { ...process.env, MAPSCOPE_URL: url };
  const argv = ['--conditions=source', MAIN, ...words];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { env, encoding: 'utf8', maxBuffer: 64e6 }, (error, out, err) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

const totalOf = (waiting: readonly Planted[]) => ({
  waits: waiting.length,
  nanos: waiting.reduce((sum, { waitNanos }) => sum + waitNanos, 0),
});

type World = Awaited<ReturnType<typeof planted>>;

/** One database for all: each costs the engine seconds and memory. */
test.skipIf(!isGiven)(
  `commands, exports and the assistant tell what the rows hold, to the nanosecond${reason}`,
  async () => {
    const world = await planted();
    await commandsTell(world);
    await exportsHold(world);
    await assistantTells(world);
  },
);

async function commandsTell({ api, waiting }: World): Promise<void> {
  const [why, top, trace, wrong] = await Promise.all([
    run(api, 'why', 'order', '--since', '10m'),
    run(api, 'top', 'order', '--window', '3m', '--json'),
    run(api, 'trace', waiting[0]!.traceId),
    run(api, 'trase', waiting[0]!.traceId),
  ]);
  expect([why.status, why.err]).toEqual([0, '']);
  expect(why.out.split('\n')[0]).toContain('cache.go:88');
  expect(why.out).toContain('verdict    contention');
  const { items } = JSON.parse(top.out) as { items: { waits: number; waitMs: number; waiter: object }[] };
  const { waits, nanos } = totalOf(waiting);
  expect(items).toMatchObject([{ waits, waiter: { file: 'cache.go', line: 42 }, releasedAt: { line: 88 } }]);
  expect(items[0]!.waitMs).toBeCloseTo(nanos / 1e6, 3);
  expect(trace.out).toMatch(/waited 3\d\d ms for rwmutex_read in main\.\(\*Cache\)\.Get cache\.go:42/);
  expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining('did you mean "mapscope trace"?')]);
  const stored = await fetch(`${api.url}/api/v1/root-causes?service=order&from=now-10m`);
  expect(why.out).toContain(rootCauseAnswer.parse(await stored.json()).sentence);
}

async function exportsHold({ api, waiting }: World): Promise<void> {
  const { waits, nanos } = totalOf(waiting);
  const home = folder();
  const exported = (file: string, ...flags: readonly string[]) =>
    run(api, 'export', '10m', '--service', 'order', '--out', join(home, file), '--json', ...flags);
  const [pprof, speedscope, perfetto] = await Promise.all([
    exported('w.pb.gz', '--pprof'),
    exported('w.json', '--speedscope'),
    exported('p.json', '--perfetto'),
  ]);
  expect([pprof.err, speedscope.err, perfetto.err]).toEqual(['', '', '']);
  expect(JSON.parse(pprof.out)).toMatchObject({ contentions: waits, delayNanos: nanos });
  const { profiles } = speedscopeFile.parse(JSON.parse(readFileSync(join(home, 'w.json'), 'utf8')));
  expect(profiles.map(({ endValue }) => endValue)).toEqual([nanos, waits]);
  const { traceEvents } = traceEventFile.parse(JSON.parse(readFileSync(join(home, 'p.json'), 'utf8')));
  const waited = traceEvents.flatMap((event) =>
    event.ph === 'C' && event.name.startsWith('waited') ? [event.args['ms']!] : [],
  );
  expect(waited.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(nanos / 1e6, 3);
  if (goRoot === undefined) return;
  const raw = goPprof(readFileSync(join(home, 'w.pb.gz')), '-raw');
  expect(raw).toMatch(new RegExp(`^ +${waits} +${nanos}: 1 2 *$`, 'm'));
  expect(goPprof(readFileSync(join(home, 'w.pb.gz')), '-top')).toMatch(/100% +main\.refresh/);
}

/** By the protocol's own client. */
async function assistantTells({ api, waiting }: World): Promise<void> {
  const client = await mcpClient(api.url);
  const explained = await callTool(client, 'explain', { service: 'order', from: 'now-10m' });
  const answer = (await (
    await fetch(`${api.url}/api/v1/root-causes?service=order&from=now-10m`)
  ).json()) as RootCauseAnswer;
  expect(explained.structured).toMatchObject({
    verdict: 'contention',
    sentence: answer.sentence,
    explained: answer.explained,
  });
  const { waits } = totalOf(waiting);
  const top = await callTool(client, 'top_contended', { from: 'now-10m' });
  expect(top.structured).toMatchObject({ items: [{ service: 'order', waits }] });
  const trace = await callTool(client, 'get_trace', { id: waiting[0]!.traceId });
  expect(trace.structured).toMatchObject({ total: { requests: 1, waits: 1, spans: 0 } });
  const platforms = await callTool(client, 'compare_platforms', { service: 'order', from: 'now-10m' });
  expect(platforms.structured).toMatchObject({
    platforms: [{ emulated: false, measures: { waitingRequests: waits }, against: null }],
  });
  const compared = await run(api, 'compare', 'order', '--since', '10m');
  expect([compared.status, compared.out.trimEnd()]).toEqual([0, platforms.text]);
  const incidents = await callTool(client, 'list_incidents', {});
  expect(incidents).toMatchObject({ isError: false, structured: { items: [], more: false } });
}
