/**
 * The governor on a real service under load. Nothing here depends on how fast the machine is: the budget is so small that
 * any machine exceeds it, and requests are told apart by whether they lie within a window, not by how many there are.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import type { Columns } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import { openProbeSession } from '@mapscope/probe';
import { budgetOf } from '@mapscope/rollout';
import { systemClock } from '../../process/system-clock.ts';
import { probedService } from '../../testing/probed-service.ts';
import { cpuNanos } from '../process-table.ts';
import { governSession } from './govern-session.ts';
import type { GovernedSession, SessionGovernor } from './govern-session.ts';

const { lacking, startService } = probedService(inject('kafkaBrokers') ?? []);
const clock = systemClock();
const now = (): number => Number(clock.unixNanos() - EPOCH);
const EPOCH = clock.unixNanos();

interface Span {
  readonly from: number;
  readonly to: number;
}

/** What was seen certainly (after attaching, before detaching) and what may have been seen at most. */
interface Seen {
  readonly surely: Span;
  readonly atMost: Span;
}

const WINDOW_NANOS = 0.3e9;
const TIMES = { windowNanos: WINDOW_NANOS, calmNanos: 1e9, toleranceNanos: 0.5e9 };
const within = (inner: Span, outer: Span): boolean => inner.from >= outer.from && inner.to <= outer.to;
const overlaps = (one: Span, other: Span): boolean => one.from <= other.to && other.from <= one.to;

function rowsOf({ columns, rows }: Columns, into: (Span & { readonly route: string })[]): void {
  const { ts, duration_ns: duration, route } = columns;
  for (let row = 0; row < rows; row++) {
    const numbers = [ts, duration].map((data) => (data !== undefined && 'values' in data ? data.values[row] : 0));
    const from = Number(BigInt(String(numbers[0])) - EPOCH);
    const name = route?.storage === 'dictionary' ? route.keys[route.indexes[row] ?? 0] : '';
    into.push({ from, to: from + Number(numbers[1]), route: name ?? '' });
  }
}

async function watch(pid: number, share: number) {
  const path = `/proc/${pid}/exe`;
  const rows: (Span & { readonly route: string })[] = [];
  const problems: Error[] = [];
  const session = await openProbeSession({
    pid,
    executablePath: path,
    binary: readGoBinary(readFileSync(path)),
    families: ['lock', 'http', 'trace', 'client', 'fatal', 'gc'],
    ringBytes: 4 << 20,
    flushMillis: 50,
    service: 'hello',
    platform: 'test',
    clock,
    onColumns: (columns) => {
      if (columns.kind === 'http_requests') rowsOf(columns, rows);
    },
    onProblem: (error) => void problems.push(error),
  });
  const windows: Seen[] = [];
  let since: Span = { from: now(), to: now() };
  const switchGroup: GovernedSession['switchGroup'] = async (group, on) => {
    const from = now();
    await session.switchGroup(group, on);
    if (on) since = { from, to: now() };
    else windows.push({ surely: { from: since.to, to: from }, atMost: { from: since.from, to: now() } });
  };
  const events: string[] = [];
  const governor = governSession({
    session: { ...session, switchGroup },
    budget: budgetOf(share),
    monotonicNanos: clock.monotonicNanos,
    cpuNanos: () => cpuNanos(pid),
    pause: (millis, signal) => pause(millis, undefined, { signal }).catch(() => undefined),
    onEvent: ({ event }) => void events.push(event),
    onProblem: (error) => void problems.push(error),
    times: TIMES,
  });
  const end = async (): Promise<void> => {
    await governor.stop();
    await session.detach();
  };
  return { governor, session, rows, windows, events, problems, end };
}

/** Eight clients with a pause each, so that no machine is too fast, and one whose requests outlast every window. */
function ask(url: string, pauseMillis: number) {
  const ending = new AbortController();
  const asked: Span[] = [];
  const client = async (path: string, answer: string, record: boolean): Promise<void> => {
    while (!ending.signal.aborted) {
      const from = now();
      expect(await (await fetch(url + path)).text()).toBe(answer);
      if (record) asked.push({ from, to: now() });
      await pause(pauseMillis);
    }
  };
  const clients = Array.from({ length: 8 }, () => client('hello', 'hello', true));
  const all = Promise.all([...clients, client('slow', 'slow', false)]);
  const stop = async (): Promise<void> => {
    ending.abort();
    await all;
  };
  return { asked, stop };
}

const requestsOf = (governor: SessionGovernor) => governor.report().find(({ group }) => group === 'requests');

describe.skipIf(lacking.length > 0)(`the overhead budget (skipped where lacking: ${lacking.join(', ')})`, () => {
  test('a service that is too fast for it is watched in windows: all requests of a window, none else, and the rest is told', async () => {
    const service = await startService();
    const { governor, rows, windows, events, problems, end, session } = await watch(service.pid, 0.0005);
    const load = ask(service.url, 16);
    await expect.poll(() => windows.length, { timeout: 60_000, interval: 50 }).toBeGreaterThanOrEqual(4);
    const inWindows = windows.length;
    await load.stop();
    // Nobody asks any more: within its budget again.
    await expect.poll(() => events.at(-1), { timeout: 60_000, interval: 50 }).toBe('shedding-ended');
    const report = requestsOf(governor);
    await end();
    expect(problems).toEqual([]);
    expect(events).toEqual(['shedding-began', 'shedding-ended']);
    expect(windows.length).toBeGreaterThanOrEqual(inWindows);
    const fast = rows.filter(({ route }) => route === '/hello');
    for (const { surely, atMost } of windows.slice(0, inWindows)) {
      const seen = fast.filter((row) => overlaps(row, atMost)).length;
      expect(surely.to - surely.from).toBeGreaterThan(0);
      expect(seen).toBeGreaterThanOrEqual(load.asked.filter((span) => within(span, surely)).length);
      expect(seen).toBeLessThanOrEqual(load.asked.filter((span) => overlaps(span, atMost)).length);
    }
    // The first window is the time before shedding began. A request that begins in one and ends in another is in none.
    const [first, ...others] = windows;
    const later = rows.filter(({ from }) => from > first!.atMost.to && from < windows[inWindows - 1]!.atMost.to);
    expect(later.filter((row) => !others.some(({ atMost }) => within(row, atMost)))).toEqual([]);
    const off = others.reduce((sum, { surely }, turn) => sum + surely.from - windows[turn]!.surely.to, 0);
    expect(report).toMatchObject({ state: 'never' });
    expect(report!.offNanos).toBeGreaterThanOrEqual(off * 0.95);
    expect(report!.windows).toBeGreaterThanOrEqual(3);
    expect(session.health()).toMatchObject({ selftestFailed: 0n, mapFull: 0n });
    expect(await (await fetch(`${service.url}hello`)).text()).toBe('hello');
  });

  test('at low load nothing is shed', async () => {
    const service = await startService();
    const { governor, windows, events, end, rows } = await watch(service.pid, 0.03);
    const load = ask(service.url, 100);
    await expect.poll(() => load.asked.length, { timeout: 60_000 }).toBeGreaterThan(150);
    await load.stop();
    await end();
    expect([windows, events]).toEqual([[], []]);
    expect(requestsOf(governor)).toMatchObject({ offNanos: 0, windows: 0, state: 'never' });
    expect(rows.filter(({ route }) => route === '/hello').length).toBe(load.asked.length);
  });
});
