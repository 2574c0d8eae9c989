/**
 * Programs that nobody here wrote, stripped, as Debian and npm have them: every family attached under load. What we saw is
 * compared with what the program answers, with what Go's own traceback prints and what its runtime counts.
 * Two of them in every run, all with MAPSCOPE_LONG (npm run matrix). Skipped with its reason where one is not at hand.
 */
import { GC_EVENT_KINDS, MAP_EVENT_KINDS, MAP_OPS, REQUEST_ENDS } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pause, rowsOf, sumOf, whyNot } from '../test-target.ts';
import type { Row } from '../test-target.ts';
import { CADDY, ESBUILD, ETCD, NATS, PROMETHEUS } from './programs.ts';
import { askAll, executableOf, freePorts, get, isAtHand, load, startStranger } from './running.ts';
import type { Asked, RunningStranger } from './running.ts';
import type { Stranger } from './stranger.ts';
import { comparedGoroutines, framesOf } from './compared-goroutines.ts';
import type { ComparedGoroutine } from './compared-goroutines.ts';
import { bpfDescriptors, probedBytes, watch } from './watched.ts';
import type { Watched } from './watched.ts';

const FEW = [CADDY, ESBUILD];
const strangers = process.env['MAPSCOPE_LONG'] === undefined ? FEW : [...FEW, PROMETHEUS, ETCD, NATS];
const LOAD_MILLIS = process.env['MAPSCOPE_LONG'] === undefined ? 1500 : 4000;
const INT3 = 0xcc;
const MINUTE = { lastMillis: 60_000 };

const whyNotThis = (stranger: Stranger): string | undefined =>
  whyNot([{ root: '', version: '' }]) ??
  (isAtHand(stranger) ? undefined : `${stranger.name} could not be fetched: npm test and npm run matrix try to`);

const answersOf = (asked: readonly Asked[]): readonly string[] => asked.map(({ answer }) => answer);

const place = (row: Row): string =>
  `${String(row['op'])} ${String(row['function'])} ${String(row['file'])}:${String(row['line'])}`;

interface Visit {
  readonly answers: readonly string[];
  readonly conversation: string | undefined;
}

async function visit(
  stranger: Stranger,
  ports: readonly number[],
): Promise<Visit & { readonly asked: readonly Asked[] }> {
  const asked = await askAll(stranger, stranger.asks(ports));
  return { asked, answers: answersOf(asked), conversation: await stranger.converse?.(ports) };
}

/** Of a program without profiles: what its end prints, which comes right after the dump, before any goroutine moves on. */
async function goroutinesAtEnd(stranger: Stranger, ports: readonly number[]): Promise<readonly ComparedGoroutine[]> {
  await using program = await startStranger(stranger, ports);
  const own = await watch(program.pid, executableOf(stranger));
  // Several connections, each with a goroutine that waits for its next request.
  await load(stranger, stranger.asks(ports), 300);
  await pause(300);
  const quietFrom = Date.now();
  const dump = rowsOf([await own.session.dumpGoroutines(MINUTE)], 'goroutine_events');
  const { said } = await program.end(stranger.end.signal);
  await own.session.detach();
  return comparedGoroutines(dump, own.rows('stacks'), said, quietFrom);
}

/** by Go's own profile of its heap: "# NumGC = 12" */
async function collections(profiles: string): Promise<number> {
  const { text } = await get(`${profiles}/heap?debug=1`);
  return Number(/# NumGC = (\d+)/.exec(text)?.[1]);
}

describe.each(strangers)('$name', (stranger) => {
  const reason = whyNotThis(stranger);

  describe.skipIf(reason !== undefined)(`watched as it is (skipped: ${reason ?? 'no'})`, () => {
    let unwatched: Visit & { readonly status: number | null; readonly statuses: ReadonlyMap<string, number> };
    let watchedVisit: Visit;
    let afterwards: Visit;
    let status: number | null;
    let process: RunningStranger | undefined;
    let watched: Watched;
    let asked: readonly Asked[];
    let loaded: readonly Asked[];
    /** while probes came and went */
    let around: readonly Asked[];
    let goroutines: readonly ComparedGoroutine[];
    let collected: { readonly own: number; readonly from: number; readonly to: number } | undefined;
    let attached: { readonly bytes: readonly number[]; readonly descriptors: number };
    let detached: { readonly bytes: readonly number[]; readonly file: readonly number[]; readonly descriptors: number };
    const rows = (kind: Parameters<Watched['rows']>[0]): readonly Row[] => watched.rows(kind);
    const ofTrace = (kind: Parameters<Watched['rows']>[0]): Map<Row[string] | undefined, Row[]> =>
      Map.groupBy(rows(kind), (row) => row['trace_id']);

    beforeAll(async () => {
      const ports = await freePorts(stranger.ports);
      const profiles = stranger.profiles?.(ports);
      {
        await using alone = await startStranger(stranger, ports);
        const { asked: own, answers, conversation } = await visit(stranger, ports);
        const statuses = new Map(own.map((one) => [one.ask.url, one.status]));
        unwatched = { answers, conversation, statuses, status: (await alone.end(stranger.end.signal)).status };
      }
      process = await startStranger(stranger, ports);
      const entering = load(stranger, stranger.asks(ports), 600);
      watched = await watch(process.pid, executableOf(stranger));
      around = await entering;
      attached = { bytes: probedBytes(process.pid, watched).now, descriptors: bpfDescriptors().length };
      const first = await visit(stranger, ports);
      watchedVisit = first;
      const [from, before] = [Date.now(), profiles === undefined ? 0 : await collections(profiles)];
      loaded = await load(stranger, stranger.asks(ports), LOAD_MILLIS);
      asked = [...first.asked, ...loaded];
      if (profiles !== undefined) {
        await get(`${profiles}/heap?gc=1`);
        collected = { own: (await collections(profiles)) - before, from, to: Date.now() };
      }
      await pause(300);
      const quietFrom = Date.now();
      const printed = profiles === undefined ? undefined : (await get(`${profiles}/goroutine?debug=2`)).text;
      const dump = rowsOf([await watched.session.dumpGoroutines(MINUTE)], 'goroutine_events');
      const leaving = load(stranger, stranger.asks(ports), 600);
      await pause(100);
      await watched.session.detach();
      around = [...around, ...(await leaving)];
      const { now, file } = probedBytes(process.pid, watched);
      detached = { bytes: now, file, descriptors: bpfDescriptors().length };
      // deletes what it put: a second visit of the same process
      afterwards = await visit(stranger, ports);
      status = (await process.end(stranger.end.signal)).status;
      goroutines =
        printed === undefined
          ? await goroutinesAtEnd(stranger, ports)
          : comparedGoroutines(dump, rows('stacks'), printed, quietFrom);
    }, 120_000);

    afterAll(() => process?.[Symbol.asyncDispose]());

    it('answers as it does without probes, during and after, and ends in the same way', () => {
      expect(unwatched.answers.filter((answer) => answer.startsWith('200 ')).length).toBeGreaterThan(2);
      expect(watchedVisit.answers).toEqual(unwatched.answers);
      expect(watchedVisit.conversation).toEqual(unwatched.conversation);
      expect(afterwards.conversation).toEqual(unwatched.conversation);
      expect(afterwards.answers.map((answer) => answer.slice(0, 3))).toEqual(
        unwatched.answers.map((answer) => answer.slice(0, 3)),
      );
      for (const one of [...around, ...loaded]) expect(one.status).toBe(unwatched.statuses.get(one.ask.url));
      expect(around.length).toBeGreaterThan(8);
      expect([unwatched.status, status]).toEqual([stranger.end.status, stranger.end.status]);
    });

    it('every request is told, under the trace id that it brought, and every call made for it', () => {
      const served = ofTrace('http_requests');
      const calls = ofTrace('client_requests');
      expect(loaded.length).toBeGreaterThanOrEqual(16);
      for (const { ask, traceId, status } of asked) {
        const expected = {
          end: REQUEST_ENDS.finished,
          trace_source: 1,
          method: ask.body === undefined ? 'GET' : 'POST',
        };
        expect(served.get(traceId), ask.url).toMatchObject(Array.from({ length: ask.requests }, () => expected));
        expect(calls.get(traceId)?.length ?? 0, ask.url).toBe(ask.calls);
        for (const call of calls.get(traceId) ?? []) expect(call['status']).toBe(status);
      }
    });

    it('writes to maps are told one by one, as many as were counted, under the trace of their request', () => {
      const written = rows('map_events').filter((row) => row['kind'] === MAP_EVENT_KINDS.write);
      const writes = [MAP_OPS.assign, MAP_OPS.delete, MAP_OPS.clear];
      const counted = rows('map_events').filter(
        (row) => row['kind'] === MAP_EVENT_KINDS.count && writes.some((op) => op === row['op']),
      );
      expect(written.length).toBe(sumOf(counted, 'count'));
      const byTrace = Map.groupBy(written, (row) => row['trace_id']);
      for (const { traceId, ask } of asked) expect(byTrace.get(traceId)?.length ?? 0, ask.url).toBeGreaterThan(0);
      const requests = ofTrace('http_requests');
      for (const { traceId } of asked) {
        const goids = new Set(requests.get(traceId)?.map((request) => request['goid']));
        const own = byTrace.get(traceId)?.filter((row) => row['binding'] === 1) ?? [];
        expect(own.every((row) => goids.has(row['goid']))).toBe(true);
      }
      expect(rows('map_events').filter((row) => row['kind'] === MAP_EVENT_KINDS.conflict)).toEqual([]);
    });

    it('stacks of parked goroutines are frame by frame and line by line those that Go itself prints', () => {
      expect(goroutines.length).toBeGreaterThanOrEqual(2);
      for (const { seen, printed } of goroutines) expect(seen).toEqual(printed);
      expect(goroutines.some(({ seen }) => seen.frames.length > 3)).toBe(true);
    });

    it('a line on a stack is the one that called, by the return address that was read beside it', () => {
      const { count, write } = MAP_EVENT_KINDS;
      const [counted, written] = [count, write].map((kind) => rows('map_events').filter((row) => row['kind'] === kind));
      const called = new Set(counted?.map(place));
      const elsewhere = (written ?? []).filter((row) => !called.has(place(row)));
      // What found no room in the kernel's tables was counted without its place.
      const placeless = sumOf(counted?.filter((row) => row['maps'] === 0) ?? [], 'count');
      expect(elsewhere.length, [...new Set(elsewhere.map(place))].join('\n')).toBeLessThanOrEqual(placeless);
      expect(elsewhere.length).toBeLessThan((written?.length ?? 0) / 10);
      expect(called.size).toBeGreaterThan(20);
    });

    it('a stack begins with the function that was probed, or at its caller where another has its hash', () => {
      const hooked = new Set<unknown>(watched.session.manifest.hooks.map((hook) => hook.function));
      const known = new Map(rows('stacks').map((row) => [row['stack'], framesOf(row)]));
      for (const [kind, column] of [
        ['map_events', 'stack'],
        ['lock_waits', 'waiter_stack'],
        ['lock_waits', 'holder_stack'],
      ] as const) {
        const named = rows(kind).flatMap((row) => (row[column] === 0n ? [] : [known.get(row[column]) ?? []]));
        const beheaded = named.filter(([first]) => !hooked.has(first?.function));
        expect(beheaded.length, kind).toBeLessThanOrEqual(named.length / 10);
        for (const [first, second] of beheaded) expect(first).not.toEqual(second);
      }
      expect(known.size).toBeGreaterThan(50);
    });

    it.skipIf(stranger.profiles === undefined)('sees as many collections as the runtime counted', () => {
      const { own, from, to } = collected ?? { own: 0, from: 0, to: 0 };
      const seen = rows('gc_events').filter((row) => {
        const at = Number(row['ts']) / 1e6;
        return row['kind'] === GC_EVENT_KINDS.cycle && at >= from && at <= to;
      });
      expect(own).toBeGreaterThan(0);
      expect(seen.length).toBe(own);
    });

    it('leaves nothing: its text is that of the file again, no descriptor stays, no record was lost', () => {
      const { manifest } = watched.session;
      expect(manifest.hooks.length).toBeGreaterThan(60);
      expect(new Set(attached.bytes)).toEqual(new Set([INT3]));
      expect(detached.file).not.toContain(INT3);
      expect(detached.bytes).toEqual(detached.file);
      expect(attached.descriptors).toBeGreaterThan(manifest.families.length);
      expect(detached.descriptors).toBe(0);
      expect(watched.problems).toEqual([]);
      for (const { kind, submitted, lost } of watched.session.counters()) {
        expect(lost, kind).toBe(0n);
        if (kind !== 'goroutine_events') expect(rows(kind).length, kind).toBe(Number(submitted));
      }
      expect(Object.entries(watched.session.health()).filter(([, count]) => count !== 0n)).toEqual([]);
    });
  });
});
