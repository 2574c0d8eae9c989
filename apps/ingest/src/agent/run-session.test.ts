import { expect, test } from 'vitest';
import { type RunNeeds, type StopReason, runSession } from './run-session.ts';

function recording(over: Partial<RunNeeds> = {}) {
  const log: string[] = [];
  const { promise: stop, resolve } = Promise.withResolvers<StopReason>();
  const needs: RunNeeds = {
    session: {
      probeCount: 3,
      attachNanos: 1n,
      counters: () => [],
      setGate: (open) => void log.push(`gate ${open ? 'open' : 'shut'}`),
      detach: async () => void log.push('detached'),
    },
    queue: {
      drain: async () => {
        log.push('drained');
        return true;
      },
    },
    status: {
      tick: async (state) => void log.push(`status ${state}`),
      final: async (state) => {
        log.push(`final ${state}`);
        return true;
      },
    },
    stop,
    onStopping: (reason) => void log.push(`stopping: ${reason}`),
    statusMillis: 60_000,
    drainMillis: 1_000,
    ...over,
  };
  return { log, needs, resolve };
}

test.each([
  ['signal', 'detached'],
  ['target-exited', 'detached'],
  ['target-replaced', 'detached'],
  ['killed', 'killed'],
  ['ttl-expired', 'ttl-expired'],
] as const)('on %s the gate shuts first, then detach, drain, and the final status says %s', async (reason, state) => {
  const { log, needs, resolve } = recording();
  const running = runSession(needs);
  resolve(reason);
  expect(await running).toEqual({ reason, complete: true });
  expect(log).toEqual([
    'status attached',
    'gate shut',
    `stopping: ${reason}`,
    `status ${state}`,
    'detached',
    'drained',
    `final ${state}`,
  ]);
});

test('status goes out again and again while attached', async () => {
  const { log, needs, resolve } = recording({ statusMillis: 5 });
  const running = runSession(needs);
  await expect.poll(() => log.filter((line) => line === 'status attached').length).toBeGreaterThan(2);
  resolve('signal');
  await running;
});

test('a queue that could not be drained makes the outcome incomplete', async () => {
  const { needs, resolve } = recording({ queue: { drain: () => Promise.resolve(false) } });
  resolve('signal');
  expect(await runSession(needs)).toEqual({ reason: 'signal', complete: false });
});

test('a detach that fails is told, but only after what was read is safe', async () => {
  const { log, needs, resolve } = recording();
  const session = { ...needs.session, detach: () => Promise.reject(new Error('3 read of 4')) };
  resolve('signal');
  await expect(runSession({ ...needs, session })).rejects.toThrow('3 read of 4');
  expect(log.slice(-2)).toEqual(['drained', 'final detached']);
});
