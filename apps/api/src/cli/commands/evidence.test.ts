/** What a Go program wrote of itself, from a file or its net/http/pprof, without an API. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { encodePprof } from '../export/pprof.ts';
import { capture } from '../testing/captured.ts';

const NO_API = 'http://127.0.0.1:1';
const DUMP = `goroutine 1 [sync.Mutex.Lock, 7 minutes]:
sync.(*Mutex).Lock(...)
	/go/mutex.go:46
main.(*Cache).Get(0xc000000100)
	/src/cache.go:42 +0x1
created by main.main in goroutine 9
	/src/main.go:3 +0x1

goroutine 2 [IO wait]:
main.(*Cache).Rebuild(0xc000000100)
	/src/cache.go:88 +0x1
`;

const FRAMES = [
  { function: 'sync.(*Mutex).Unlock', file: '/go/mutex.go', line: 223 },
  { function: 'main.(*Cache).Rebuild', file: '/src/cache.go', line: 90 },
];
const SAMPLE = { frames: FRAMES, contentions: 3, delayNanos: 250_000_000, labels: {} };
const PROFILE = encodePprof([SAMPLE], { beginUnixNanos: 1n, durationNanos: 0n }, 'x');

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const run = (line: string, content: Uint8Array) => capture(NO_API, line, { bytes: { '/f': content } });

test('dump says who waits for a lock, for how long, and guesses the holder as a guess', async () => {
  const { status, out } = await run('dump /f', bytesOf(DUMP));
  expect(status).toBe(0);
  expect(out).toContain('2 goroutines, 1 wait for a lock (evidence: one goroutine dump, weaker than what is measured)');
  expect(out).toContain('1 in sync.(*Mutex).Lock at main.(*Cache).Get cache.go:42, longest 7 min');
  expect(out).toContain('guess of a holder: main.(*Cache).Rebuild cache.go:88 [IO wait], 1 (goroutine 2)');
  expect(out).toMatch(/\n +1 +IO wait +< 1 min +main\.\(\*Cache\)\.Rebuild cache\.go:88 +–\n/);
  const json = JSON.parse((await run('dump /f --json --limit 1', gzipSync(DUMP))).out) as object;
  expect(json).toMatchObject({ goroutines: 2, unreadLines: 0, otherGroups: 1, lockWaits: [{ count: 1 }] });
});

test('profile says where time was lost; the one that export writes is read back', async () => {
  const { status, out } = await run('profile /f', gzipSync(PROFILE));
  expect(status).toBe(0);
  expect(out).toContain('250 ms lost in 3 contentions');
  expect(out).toMatch(/250 ms +100 % +3 +sync\.\(\*Mutex\)\.Unlock +main\.\(\*Cache\)\.Rebuild cache\.go:90/);
  const json = JSON.parse((await run('profile /f --json', PROFILE)).out) as object;
  expect(json).toMatchObject({ contentions: 3, delayNanos: 250_000_000, sites: [{ line: 90 }], otherSites: 0 });
});

test.each([
  ['dump', bytesOf(''), 'it is empty'],
  ['dump', bytesOf('<html>502</html>'), 'a page of HTML'],
  ['dump', gzipSync('a log\n'), 'no line in it is like'],
  ['dump', PROFILE, 'mapscope profile'],
  ['profile', bytesOf('<html>502</html>'), 'a page of HTML'],
  ['profile', bytesOf(DUMP), 'mapscope dump'],
  ['profile', gzipSync('a log\n'), 'no pprof profile'],
  ['profile', gzipSync(PROFILE).subarray(0, 40), 'take it again, whole'],
])('%s refuses what is none, and says what to do: case %#', async (name, content, told) => {
  const { status, err } = await run(`${name} /f`, content);
  expect([status, err]).toEqual([2, expect.stringContaining(told)]);
});

test('an address without a path is asked where net/http/pprof serves it; other answers say the mend', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.statusCode = request.url === '/none' ? 404 : 200;
    response.end(request.url?.includes('goroutine') === true ? DUMP : PROFILE);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // A server on a port has an address of this form.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await capture(NO_API, `dump ${url}`)).out).toContain('2 goroutines');
  expect((await capture(NO_API, `profile ${url}`)).out).toContain('cache.go:90');
  expect(asked).toEqual(['/debug/pprof/goroutine?debug=2', '/debug/pprof/mutex']);
  const missing = await capture(NO_API, `dump ${url}/none`);
  expect([missing.status, missing.err]).toEqual([2, expect.stringContaining('answered 404; is the program up')]);
  expect((await capture(NO_API, 'profile http://127.0.0.1:1')).err).toContain('does it import net/http/pprof?');
});
