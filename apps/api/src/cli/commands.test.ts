/** The commands against the real API over plain arrays: what they ask, what they print, how they fail. */
import { expect, onTestFinished, test } from 'vitest';
import type { QueryStore } from '../ports.ts';
import { guarded, OWNER, READER } from '../testing/guarded-api.ts';
import { memoryTail } from '../testing/memory-tail.ts';
import { KNOWN_TRACE, NOW_NANOS, plainStore } from '../testing/plain-store.ts';
import { plantedEvidence } from '../testing/planted-evidence.ts';
import { runningApi } from '../testing/running-api.ts';
import { speedscopeFile, traceEventFile } from './export/testing/formats.ts';
import { goPprof, goRoot, lacksGo } from './export/testing/go-pprof.ts';
import { capture } from './testing/captured.ts';

const MINUTE = 60_000_000_000n;
const spike = () => plainStore({ evidence: plantedEvidence(NOW_NANOS - 5n * MINUTE, NOW_NANOS) });

test('why tells the sentence, causes with share and interval, holder, line, coverage and the page', async () => {
  const { url } = await runningApi({ store: spike() });
  const { status, out, err } = await capture(url, 'why order --since 15m');
  expect([status, err]).toEqual([0, '']);
  const lines = out.split('\n');
  expect(lines[0]).toContain('cache.go:88');
  expect(out).toMatch(/verdict +contention, confidence \w+/);
  expect(out).toMatch(/\d+ % \[\d+, \d+\] {2}waiting for rwmutex_read in main\.\(\*Cache\)\.Get cache\.go:42/);
  expect(out).toContain('held by main.(*Cache).Rebuild cache.go:88 (100 % of the wait)');
  expect(out).toMatch(/coverage +100 % of events seen \(1 000 of 1 000 published are stored\)/);
  expect(out).toContain(`page       ${url}/explain/?service=order&from=2026-11-25T09%3A19%3A00`);
  const json = JSON.parse((await capture(url, 'why order --json')).out) as Record<string, unknown>;
  expect(json).toMatchObject({ verdict: 'contention', page: expect.stringContaining('/explain/') });
});

test('why ends with 3 where no cause is named', async () => {
  const { url } = await runningApi();
  const { status, out } = await capture(url, 'why order --since 2h --until 1h --route /order');
  expect(status).toBe(3);
  expect(out).toContain('verdict    too-little-evidence');
});

test('a trace is a tree with its waits', async () => {
  const { url } = await runningApi();
  const { status, out } = await capture(url, `trace ${KNOWN_TRACE.toUpperCase()}`);
  expect(status).toBe(0);
  expect(out).toContain(`trace ${KNOWN_TRACE}: 1 requests, 1 waits, 1 spans`);
  expect(out).toContain('order: POST /order  310 ms, goroutine 7');
  expect(out).toContain(
    '· waited 250 ms for rwmutex_read in main.(*Cache).Get cache.go:42, held by main.(*Cache).Rebuild',
  );
  expect(JSON.parse((await capture(url, `trace ${KNOWN_TRACE} --json`)).out)).toMatchObject({ traceId: KNOWN_TRACE });
});

const looks = (out: string): number => out.split('last 60 s').length - 1;
const ESC = String.fromCodePoint(27);
const SEQUENCE = new RegExp(`${ESC}\\[[?\\d]*[a-zA-Z]`, 'g');

test('top is a table when piped, and a screen of its own on a terminal', async () => {
  const { url } = await runningApi();
  const piped = await capture(url, 'top --window 1m');
  expect(piped.out).toMatch(
    /^SERVICE +WAITED\/S .*\norder +52 ms +0\.2 +0\.31 +300 ms +rwmutex_read +main\.\(\*Cache\)\.Get/,
  );
  expect(JSON.parse((await capture(url, 'top order --json')).out)).toMatchObject({
    windowSeconds: 60,
    items: [{ waits: 12 }],
  });
  const options = { terminal: { rows: 4, columns: 40 }, stopWhen: (out: string) => looks(out) > 2 };
  const shown = await capture(url, 'top order --every 1s', options);
  expect([shown.status, looks(shown.out)]).toEqual([0, 3]);
  expect(shown.out.startsWith('\x1b[?1049h')).toBe(true);
  expect(shown.out.endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
  const lines = shown.out.replaceAll(`${ESC}[H`, '\r\n').split('\r\n');
  const widths = lines.map((line) => line.replaceAll(SEQUENCE, '').length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(40);
});

test('tail prints events, and ends after as many as asked for', async () => {
  const tail = memoryTail();
  const { url } = await runningApi({ store: plainStore({ tail }) });
  let sequence = 0n;
  // A tail begins with what comes after it: something comes until it has enough.
  const adding = setInterval(
    () => tail.add({ agent: 'ab'.repeat(16), kind: 'lock_waits', sequence: ++sequence, rows: 1 }),
    20,
  );
  onTestFinished(() => clearInterval(adding));
  const { out, status } = await capture(url, 'tail order --count 2');
  expect(status).toBe(0);
  expect(out.trimEnd().split('\n')).toHaveLength(2);
  expect(out).toMatch(
    /^2026-\d\d-\d\dT\S+Z {2}order {2}waited 2\.5 ms for \w+ in main\S+ cache\.go:42, held by nobody seen/,
  );
  const json = await capture(url, 'tail --kind lock_wait --json --count 1');
  expect(JSON.parse(json.out)).toMatchObject({ event: 'lock_wait', service: 'order', waitMs: 2.5 });
});

test('probes lists what runs where, losses too', async () => {
  const { url } = await runningApi();
  const { out } = await capture(url, 'probes order');
  expect(out).toMatch(/^SERVICE +PID +EVENTS .*\norder +4711 +lock_waits +attached +12 +15 ms +10 +1 /);
  expect((await capture(url, 'probes nobody')).out).toContain('start one with "mapscope agent');
});

test('attach and detach are wishes over the API, with a key that may', async () => {
  const { url, published } = await guarded();
  const refused = await capture(url, 'attach order', { env: { MAPSCOPE_KEY: READER.key } });
  expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('ACCESS_REFUSED')]);
  expect(refused.err).toContain('needs control');
  expect((await capture(url, 'detach order')).err).toContain('give the key in MAPSCOPE_KEY');
  const texts = { '/key': `made: ${OWNER.key}\nexpires never\n` };
  const on = await capture(url, 'attach order --ttl 90m --key-file /key', { texts });
  expect([on.status, on.out]).toEqual([0, expect.stringContaining('probes of order are wanted on until 2026-')]);
  const off = await capture(url, 'detach order --json', { env: { MAPSCOPE_KEY: OWNER.key } });
  expect(JSON.parse(off.out)).toMatchObject({ state: 'off', expiresAt: null });
  expect(published).toEqual(['order', 'order']);
});

/** As the real book keeps them, newest first. */
function memoryPolicies(): QueryStore['policies'] {
  const book: Awaited<ReturnType<QueryStore['policies']['latest']>>[number][] = [];
  return {
    latest: () => Promise.resolve(book.slice(0, 1)),
    history: (name, limit) => Promise.resolve(book.filter((entry) => entry.name === name).slice(0, limit)),
    put: (entry) => Promise.resolve(void book.unshift({ ...entry, changedUnixMillis: 0 })),
  };
}

test('a policy is put from a file, listed with its history, undone and withdrawn', async () => {
  const wanted = { publishWanted: () => Promise.resolve(), writerLag: () => Promise.resolve(0) };
  const { url } = await runningApi({ store: plainStore({ policies: memoryPolicies() }), control: wanted });
  const change = { owner: 'ann', reason: 'p99 of order', selectors: ['service=order,percent=5'], families: ['lock'] };
  const texts = { 'p.json': JSON.stringify(change), 'bad.json': '{"owner": "ann", "selector": []}', 'no.json': '{,}' };
  const on = (line: string) => capture(url, line, { texts });
  expect((await on('policies')).out).toContain('there is no policy');
  const put = await on('policies canary --put p.json');
  expect([put.err, put.out]).toEqual(['', expect.stringContaining('canary is at version 1: 100 % of what it names')]);
  expect((await on('policies')).out).toMatch(
    /\ncanary +1 +put +on +100 % .* lock +service=order,percent=5 +ann +p99 of order/,
  );
  expect((await on('policies canary --delete')).out).toContain('canary is withdrawn');
  expect(JSON.parse((await on('policies canary --undo --json')).out)).toMatchObject({ version: 3, action: 'undo' });
  expect((await on('policies canary')).out.trimEnd().split('\n')).toHaveLength(4);
  const wrong: readonly (readonly [string, string])[] = [
    ['policies canary --put bad.json', 'selector": did you mean "selectors"?'],
    ['policies canary --put no.json', 'no.json is not JSON'],
    ['policies --undo', 'give its name'],
    ['policies canary --undo --delete', 'give one of them'],
    ['policies Canary', 'lower-case letters'],
  ];
  for (const [line, said] of wrong)
    expect(await on(line), line).toMatchObject({ status: 2, err: expect.stringContaining(said) });
});

test('a trace is exported in three formats', async () => {
  const { url } = await runningApi();
  const perfetto = await capture(url, `export ${KNOWN_TRACE} --perfetto`);
  expect(traceEventFile.parse(JSON.parse(perfetto.out)).traceEvents.filter(({ ph }) => ph === 'X')).toHaveLength(4);
  const { files, out } = await capture(url, `export ${KNOWN_TRACE} --speedscope --out t.json --json`);
  expect(JSON.parse(out)).toMatchObject({ file: 't.json', format: 'speedscope', contentions: 1, delayNanos: 250e6 });
  speedscopeFile.parse(JSON.parse(new TextDecoder().decode(files.get('t.json'))));
});

test.skipIf(goRoot === undefined)(`a window is exported as go tool pprof reads it${lacksGo}`, async () => {
  const { url } = await runningApi();
  const { files, out, err } = await capture(
    url,
    'export 15m --service order --pprof --out w.pb.gz --side waiter --json',
  );
  expect(err).toBe('');
  const { contentions, delayNanos } = JSON.parse(out) as { contentions: number; delayNanos: number };
  const raw = goPprof(files.get('w.pb.gz')!, '-raw');
  const sums = [...raw.matchAll(/^ +(\d+) +(\d+): /gm)].map(([, waits, nanos]) => [Number(waits), Number(nanos)]);
  expect(sums.reduce((sum, [waits]) => sum + waits!, 0)).toBe(contentions);
  expect(sums.reduce((sum, [, nanos]) => sum + nanos!, 0)).toBe(delayNanos);
});

const WRONG: readonly (readonly [string, number, string])[] = [
  ['why', 2, '<service> is missing'],
  ['why ordr', 1, 'NOT_FOUND: no request of "ordr" was seen in a week: did you mean "order"? seen were order'],
  ['why order --sicne 15m', 2, 'did you mean --since?'],
  ['why order --since fortnight', 2, '--since "fortnight" is not a time: give 15m, 2h, 1d'],
  ['why order --since 90d', 1, 'QUERY_INVALID'],
  ['trace xyz', 2, '"xyz" is not a trace id: a trace id has 32 hex digits'],
  [`trace ${'f'.repeat(32)}`, 1, 'NOT_FOUND: nothing of trace'],
  ['top --window 0s', 2, 'give a span of at least 1s'],
  ['tail --kind lock', 2, 'give one of lock_wait, http_request, probe_event'],
  ['attach order --ttl 1y', 2, '--ttl "1y" is not allowed'],
  ['attach order', 2, 'KAFKA_UNREACHABLE'],
  ['export 15m --pprof --out x', 2, 'give --service'],
  ['export 15m --service order', 2, 'no format is given: give one of --perfetto, --pprof, --speedscope'],
  ['export 15m --service order --pprof --speedscope', 2, 'several formats are given'],
  ['export 4bf92f3577b34da6 --perfetto', 2, 'it has 32 hex digits'],
  ['export 15m --service order --speedscope --json', 2, 'give --out FILE'],
  ['why order --key-file /nokey', 2, '/nokey holds no key'],
];

test.each(WRONG)('%s: status %i and the mend', async (line, status, said) => {
  const { url } = await runningApi();
  const found = await capture(url, line, { texts: { '/nokey': 'hello' } });
  expect([found.status, found.err]).toEqual([status, expect.stringContaining(said)]);
});

test('with --json a failure is JSON as well', async () => {
  const { url } = await runningApi();
  const { out } = await capture(url, 'why order --since fortnight --json');
  expect(JSON.parse(out)).toEqual({ error: { code: 'CONFIG_INVALID', message: expect.stringContaining('fortnight') } });
});

test('an API that is away, or is none, is told with what to do', async () => {
  const away = await capture('http://127.0.0.1:9', 'why order');
  expect([away.status, away.err]).toEqual([2, expect.stringContaining('start Mapscope there (npm start)')]);
  const { url } = await runningApi();
  const other = await capture(`${url}/nowhere`, 'why order');
  expect(other.status).toBe(1);
  expect(other.err).toContain('NOT_FOUND');
});
