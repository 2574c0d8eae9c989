/**
 * The promise of the README on the demo shop: real service, probes, broker, engine and API; broken on purpose; explained.
 * What is expected is read from the demo's source, so that it moves with it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPO_ROOT } from '../world/paths.ts';
import { npmStart, temporaryFolder, type StartResult } from './start.ts';

const CACHE = join(REPO_ROOT, 'infra/demo/order/cache.go');

/** 1-based line of the first line inside `func …name(` that contains `text`. */
function lineIn(name: string, text: string): number {
  const lines = readFileSync(CACHE, 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith('func ') && line.includes(`) ${name}(`));
  const found = lines.findIndex((line, index) => index > start && line.includes(text));
  return found + 1;
}

function expectWholePipeline({ report, stderr }: StartResult): void {
  const { ringSubmitted, ringLost, published, inserted, publishedBatches, insertedBatches } = report.pipeline;
  expect(ringSubmitted, stderr).toBeGreaterThan(1000);
  expect({ ringLost, published, inserted }).toEqual({ ringLost: 0, published: ringSubmitted, inserted: ringSubmitted });
  expect(publishedBatches).toBeGreaterThan(0);
  expect(insertedBatches).toBe(publishedBatches);
}

function expectLockBlamed(result: StartResult): void {
  const { report, stderr } = result;
  expect(result.status, stderr).toBe(0);
  expect(report.verdict, stderr).toBe('contention');
  expect(report.waiter?.function).toBe('main.(*Cache).Get');
  expect(report.waiter?.line).toBe(lineIn('Get', '.RLock()'));
  expect(report.releasedAt?.function).toBe('main.(*Cache).Rebuild');
  expect(report.releasedAt?.line).toBe(lineIn('Rebuild', '.Unlock()'));
  expect(report.waiter?.file).toMatch(/cache\.go$/);
  expect(report.explained?.value).toBeGreaterThan(0.5);
  expect(report.explained?.value).toBeLessThanOrEqual(1);
  expect(report.explained?.low).toBeLessThanOrEqual(report.explained?.value ?? 0);
  expect(report.p99.duringMs.value).toBeGreaterThan(2 * report.p99.beforeMs.value);
  expect(report.p99.counterfactualMs).toBeLessThan(report.p99.duringMs.value);
  expect(report.contentionRatio.value).toBeGreaterThan(report.contentionRatio.threshold);
  expect(report.contentionRatio.baseline).toBeLessThan(report.contentionRatio.threshold);
  expect(report.exemplarTraceIds.length).toBeGreaterThan(0);
  expectWholePipeline(result);
  expect(report.run.residentMiB).toBeLessThan(3 * 1024);
}

test('the lock is named with waiter, holder and lines, built by Go 1.19, and again on old data by Go 1.24', async () => {
  const dataDir = temporaryFolder();
  for (const go of ['1.19', '1.24']) {
    const result = await npmStart(['--once', '--json', '--data-dir', dataDir, '--go', go]);
    expectLockBlamed(result);
    expect(result.report.run.goVersion).toContain(go);
  }
});

// The payment service answers in the same process, so half of the slow requests are its own, and sleep where no default
// probe looks: its callers' half is what calls to it explain, which is just about what a verdict needs.
test('slowness of a downstream service is blamed on no lock, and the calls to it are told', async () => {
  const result = await npmStart(['--once', '--json', '--data-dir', temporaryFolder(), '--fault', 'downstream']);
  expect(result.status, result.stderr).toBe(0);
  expect(['unexplained', 'downstream'], result.stderr).toContain(result.report.verdict);
  expect(result.report.waiter).toBeNull();
  expect(result.stderr.replaceAll(/\s+/g, ' ')).toMatch(/calls to `127\.0\.0\.1:\d+`/);
  expectWholePipeline(result);
});
