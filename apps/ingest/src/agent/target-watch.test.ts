import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { listProcesses, startTicks } from './process-table.ts';
import { whenTargetExits } from './target-watch.ts';

test('a process is seen while it lives and its end is noticed', async () => {
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? -1;
  await expect.poll(() => listProcesses().find((entry) => entry.pid === pid)?.exe).toMatch(/sleep|coreutils|busybox/);
  expect(startTicks(pid)).toMatch(/^\d+$/);
  const ended = whenTargetExits(pid, new AbortController().signal);
  child.kill('SIGKILL');
  await ended;
  expect(startTicks(pid)).toBeUndefined();
});
