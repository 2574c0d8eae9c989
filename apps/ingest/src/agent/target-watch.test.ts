import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { listProcesses, processImage, startTicks } from './process-table.ts';
import { whenTargetEnds } from './target-watch.ts';

const never = new AbortController().signal;

test('a process is seen while it lives and its end is noticed', async () => {
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? -1;
  await expect.poll(() => listProcesses().find((entry) => entry.pid === pid)?.exe).toMatch(/sleep|coreutils|busybox/);
  expect(startTicks(pid)).toMatch(/^\d+$/);
  const ended = whenTargetEnds(pid, processImage(pid)!, never);
  child.kill('SIGKILL');
  expect(await ended).toBe('target-exited');
  expect(startTicks(pid)).toBeUndefined();
});

test.each([
  ['another program', 'sleep 60'],
  ['the same program', 'bash -c "echo again; read line; true"'],
])('exec of %s in the same process is noticed, although pid and start are the same', async (_name, next) => {
  const child = spawn('bash', ['-c', `read line; exec ${next}`]);
  const pid = child.pid ?? -1;
  await expect.poll(() => listProcesses().find((entry) => entry.pid === pid)?.exe).toMatch(/bash/);
  const born = processImage(pid)!;
  const ended = whenTargetEnds(pid, born, never);
  child.stdin.write('go\n');
  expect(await ended).toBe('target-replaced');
  expect(processImage(pid)?.startTicks).toBe(born.startTicks);
  child.kill('SIGKILL');
});

test('what ended before it was watched is told, too', async () => {
  const born = { startTicks: '1', file: '0:0', image: 'gone' };
  expect(await whenTargetEnds(4_194_000, born, never)).toBe('target-exited');
});
