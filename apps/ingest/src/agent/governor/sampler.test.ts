import { expect, test } from 'vitest';
import type { FamilyUsage } from '@mapscope/probe';
import { createSampler } from './sampler.ts';
import type { SampledSession } from './sampler.ts';

/** What a session counts, and a clock, both moved by the test. */
function counted() {
  const usage = {
    trace: { hits: 0, runs: 0, nanos: 0 },
    http: { hits: 0, runs: 0, nanos: 0 },
    lock: { hits: 0, runs: 0, nanos: 0 },
  };
  const time = { monotonic: 0n, cpu: 0 as number | undefined };
  const counting: string[] = [];
  const manifest = { families: ['trace', 'http', 'lock'], hooks: [] } as unknown as SampledSession['manifest'];
  const session: SampledSession = {
    manifest,
    usage: () => Object.entries(usage).map(([family, used]) => ({ family, ...used }) as FamilyUsage),
    countRuns: () => {
      counting.push('on');
      return { [Symbol.dispose]: () => void counting.push('off') };
    },
  };
  const sampler = createSampler({
    session,
    monotonicNanos: () => time.monotonic,
    cpuNanos: () => time.cpu,
    onProblem: () => expect.unreachable(),
  });
  return { usage, time, counting, sampler };
}

test('a sample is what came since the one before; trace and http are one group', () => {
  const { usage, time, sampler } = counted();
  usage.http.hits = 200;
  usage.trace.hits = 100;
  usage.lock.hits = 10;
  Object.assign(time, { monotonic: 250_000_000n, cpu: 30e6 });
  // without sites a trap costs nothing here: what is left are the programs, 500 ns, and 2 µs with a stack
  expect(sampler.take()).toMatchObject({
    elapsedNanos: 250e6,
    cpuNanos: 30e6,
    costNanos: { requests: 300 * 500, slow: 10 * 2_000, map: 0 },
  });
  Object.assign(time, { monotonic: 500_000_000n });
  expect(sampler.take()).toMatchObject({ elapsedNanos: 250e6, cpuNanos: 0, costNanos: { requests: 0, slow: 0 } });
});

test('the kernel counts runs for one look at a time, where hits are many, and the price follows', () => {
  const { usage, time, counting, sampler } = counted();
  const look = (hits: number, nanosEach: number) => {
    time.monotonic += 250_000_000n;
    usage.http.hits += hits;
    if (counting.at(-1) === 'on') {
      usage.http.runs += hits;
      usage.http.nanos += hits * nanosEach;
    }
    return sampler.take()?.costNanos['requests'];
  };
  expect(look(999, 900)).toBe(999 * 500);
  expect(counting).toEqual([]);
  expect(look(2_000, 900)).toBe(2_000 * 500);
  expect(counting).toEqual(['on']);
  expect(look(2_000, 900)).toBe(2_000 * 900);
  expect(look(2_000, 300)).toBe(2_000 * 900);
  expect(counting).toEqual(['on', 'off']);
  time.monotonic += 60_000_000_000n;
  look(2_000, 300);
  expect(look(2_000, 300)).toBe(2_000 * 300);
  expect(counting).toEqual(['on', 'off', 'on', 'off']);
});

test('a target that is gone is no sample, nor is the one after', () => {
  const { time, sampler } = counted();
  time.cpu = undefined;
  expect(sampler.take()).toBeUndefined();
  time.cpu = 1;
  expect(sampler.take()).toBeUndefined();
});
