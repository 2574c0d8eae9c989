import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startProcess, type RunningProcess } from './process.ts';
import { supervise } from './supervise.ts';

function starter(script: string): { start: () => Promise<RunningProcess>; count: () => number } {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-supervise-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let started = 0;
  const start = async (): Promise<RunningProcess> => {
    started++;
    return startProcess({ name: 'child', command: 'sh', args: ['-c', script], logFile: join(folder, 'child.log') });
  };
  return { start, count: () => started };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await sleep(25);
}

test('a program that is killed is started again, and people are told', async () => {
  const { start, count } = starter('exec sleep 60');
  const said: string[] = [];
  const supervised = await supervise({ start, say: (line) => said.push(line), firstDelayMillis: 1 });
  const first = supervised.current().pid;
  process.kill(first, 'SIGKILL');
  await until(() => count() === 2);
  await until(() => supervised.current().pid !== first);
  expect(supervised.current().running()).toBe(true);
  expect(said.join('')).toContain('child ended by itself (by a signal), starting it again');
  await supervised.stop();
  expect(count()).toBe(2);
});

test('a program that does not stay up is given up with the name of its log', async () => {
  const { start, count } = starter('exit 3');
  const said: string[] = [];
  const supervised = await supervise({ start, say: (line) => said.push(line), firstDelayMillis: 1 });
  await until(() => said.some((line) => line.includes('given up')));
  expect(said.at(-1)).toContain('child.log');
  expect(count()).toBe(6);
  await supervised.stop();
});

test('a wanted end is no reason to start again, nor is stopping', async () => {
  const { start, count } = starter('exit 0');
  const supervised = await supervise({ start, say: () => undefined, isWanted: (status) => status === 0 });
  await supervised.current().exited;
  await sleep(50);
  await supervised.stop();
  expect(count()).toBe(1);
});

test('stopped while it is being started again, it ends all the same', async () => {
  const { start } = starter('exec sleep 60');
  const gate = Promise.withResolvers<void>();
  let starts = 0;
  const slow = async (): Promise<RunningProcess> => {
    if (++starts > 1) await gate.promise;
    return start();
  };
  const supervised = await supervise({ start: slow, say: () => undefined, firstDelayMillis: 1 });
  process.kill(supervised.current().pid, 'SIGKILL');
  await until(() => starts === 2);
  const stopping = supervised.stop();
  gate.resolve();
  await stopping;
  expect(supervised.current().running()).toBe(false);
});
