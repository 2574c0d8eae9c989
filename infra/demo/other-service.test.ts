import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { findGo } from './go-tool.ts';
import { otherService } from './other-service.ts';
import type { OtherService, OtherSite } from './other-service.ts';

const go = findGo();
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

/** The line of source a site names, without indent. */
function lineAt(service: OtherService, file: string, line: number): string {
  return (service.files[file] ?? '').split('\n')[line - 1]?.trim() ?? '';
}

/** The last function declared above a line. */
function functionAbove(service: OtherService, site: OtherSite): string {
  const above = (service.files[site.file] ?? '').split('\n').slice(0, site.line);
  return above.findLast((line) => line.startsWith('func ')) ?? '';
}

test('the same seed writes the same service', () => {
  expect(otherService(7)).toEqual(otherService(7));
});

test('two seeds share neither function, nor file, nor text', () => {
  const one = otherService(1);
  const two = otherService(2);
  expect(one.waiter.function).not.toBe(two.waiter.function);
  expect(one.holder.function).not.toBe(two.holder.function);
  expect(one.waiter.file).not.toBe(two.waiter.file);
  expect(Object.keys(one.files).filter((path) => path in two.files)).toEqual(['go.mod']);
  expect(new Set(SEEDS.map((seed) => otherService(seed).waiter.function)).size).toBe(SEEDS.length);
  expect(new Set(SEEDS.map((seed) => otherService(seed).holder.releaseLine)).size).toBeGreaterThan(20);
});

test('the lines named are those of Lock and Unlock in the functions named, whatever the seed', () => {
  for (const seed of SEEDS) {
    const service = otherService(seed);
    const { waiter, holder } = service;
    expect(lineAt(service, waiter.file, waiter.line)).toMatch(/^\w+\.\w+\.Lock\(\)$/);
    expect(lineAt(service, holder.file, holder.line)).toMatch(/^\w+\.\w+\.Lock\(\)$/);
    expect(lineAt(service, holder.file, holder.releaseLine)).toMatch(/^\w+\.\w+\.Unlock\(\)$/);
    for (const site of [waiter, holder]) {
      expect(functionAbove(service, site)).toMatch(new RegExp(`\\b${site.function.split('.').at(-1)}\\(`));
    }
  }
});

test('seeds make methods and plain functions, in package main and in one of their own', () => {
  const names = SEEDS.map((seed) => otherService(seed).waiter.function);
  const forms = [
    /^main\.\(\*\w+\)\.\w+$/,
    /^main\.\w+$/,
    /^\w+\.example\/\w+\/\w+\.\(\*\w+\)\.\w+$/,
    /^\w+\.example\/\w+\/\w+\.\w+$/,
  ];
  for (const form of forms) expect(names.filter((name) => form.test(name)).length).toBeGreaterThan(10);
  expect(names.every((name) => forms.some((form) => form.test(name)))).toBe(true);
});

function write(service: OtherService): string {
  const folder = mkdtempSync(join(tmpdir(), 'other-service-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(service.files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Asks one request after another until one gets no answer for 30 ms, half the shortest hold; returns that one's end. */
async function untilStuck(url: string): Promise<{ readonly end: Promise<string> }> {
  for (const started = Date.now(); Date.now() - started < 10_000;) {
    const end = fetch(url).then(
      () => 'answered',
      () => 'died with the service',
    );
    if ((await Promise.race([end, sleep(30, 'stuck')])) === 'stuck') return { end };
  }
  throw new Error('no request was stuck within 10 s after POST /break: the generated service does not break');
}

/** Where a traceback finds a site's function: the line numbers of all goroutines in it. */
function linesIn(traceback: string, site: OtherSite): readonly number[] {
  const name = site.function.replace(/[.*()/]/g, '\\$&');
  const frame = new RegExp(`^${name}\\([^\\n]*\\n\\t[^\\n]*/${site.file}:(\\d+)`, 'gm');
  return [...traceback.matchAll(frame)].map((found) => Number(found[1]));
}

/** Starts a built service, breaks it, waits for a request to be stuck, and makes it die with Go's own traceback of all goroutines. */
async function tracebackWhileBroken(program: string): Promise<string> {
  const child = spawn(program, { env: { ...process.env, GOTRACEBACK: 'all' } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let traceback = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (traceback += text));
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]; // setEncoding makes it a string
  const ready = JSON.parse(line) as { event: string; listen: string; admin: string; pid: number }; // checked here:
  expect(ready).toMatchObject({ event: 'ready', admin: ready.listen, pid: child.pid });
  expect((await fetch(`http://${ready.listen}/work`)).status).toBe(200);
  await fetch(`http://${ready.listen}/break`, { method: 'POST' });
  const stuck = await untilStuck(`http://${ready.listen}/work`);
  child.kill('SIGQUIT');
  await once(child, 'close');
  await stuck.end;
  return traceback;
}

/**
 * A stalled machine looks like a held lock from outside, and on a busy one the lock is free again before the signal comes:
 * a traceback that has not both the waiter and the holder is taken again. A service that never shows both fails the test.
 */
async function tracebackOfAWait(program: string, { waiter, holder }: OtherService): Promise<string> {
  let traceback = '';
  for (let attempt = 0; attempt < 20; attempt++) {
    traceback = await tracebackWhileBroken(program);
    if (linesIn(traceback, waiter).length > 0 && linesIn(traceback, holder).length > 0) break;
  }
  return traceback;
}

// Seeds 0 to 3 give all four forms or nearly so; a cold build cache takes some 20 s on two cores.
test.skipIf(go === undefined)(
  'it builds, vets, and waits where it says, by the traceback of Go itself',
  { timeout: 240_000 },
  async () => {
    if (go === undefined) throw new Error('unreachable: the test is skipped without Go');
    for (const seed of [0, 1, 2, 3]) {
      const service = otherService(seed);
      const folder = write(service);
      expect(go(folder, 'vet', './...')).toEqual({ ok: true, output: '' });
      expect(go(folder, 'build', '-o', 'service', '.')).toEqual({ ok: true, output: '' });
      const traceback = await tracebackOfAWait(join(folder, 'service'), service);
      expect(linesIn(traceback, service.waiter), traceback.slice(0, 20_000)).toContain(service.waiter.line);
      expect(linesIn(traceback, service.holder)).toEqual([service.holder.line + 1]); // asleep in the line behind Lock
    }
  },
);
