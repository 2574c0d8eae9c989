import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type { Facts, Reporter } from '../../process/reporter.ts';
import { agentConfig } from '../../testing/agent-config.ts';
import { probedService } from '../../testing/probed-service.ts';
import { freshStream, readAll } from '../../testing/probe-topic.ts';
import type { AgentConfig } from '../options.ts';
import { runAgent } from '../run-agent.ts';

const brokers = inject('kafkaBrokers') ?? [];
const { lacking, folder, startService } = probedService(brokers);

interface Told extends Facts {
  readonly event: string;
  readonly atMillis: number;
}

interface RunningAgent {
  readonly told: readonly Told[];
  readonly logged: readonly string[];
  /** the newest that fits, once there is one */
  readonly find: (event: string, facts?: Facts) => Promise<Told>;
  readonly end: () => Promise<void>;
}

async function startAgent(target: string, topicPrefix: string, over: Partial<AgentConfig> = {}): Promise<RunningAgent> {
  const told: Told[] = [];
  const logged: string[] = [];
  const ending = new AbortController();
  const reporter: Reporter = {
    event: (event, facts = {}) => void told.push({ event, atMillis: Date.now(), ...facts }),
    log: (level, message) => void (level === 'debug' || logged.push(message)),
  };
  const config = agentConfig({
    target,
    dataDir: join(folder, 'data'),
    kafkaBrokers: brokers,
    topicPrefix,
    ...over,
  });
  const ended = runAgent(config, reporter, ending.signal);
  ended.catch(() => undefined); // seen by whoever awaits it
  const find = async (event: string, facts: Facts = {}): Promise<Told> => {
    const fits = (one: Told): boolean =>
      one.event === event && Object.entries(facts).every(([name, value]) => one[name] === value);
    const found = (): Told | undefined => told.findLast(fits);
    await Promise.race([expect.poll(found, { timeout: 15_000, interval: 10 }).toBeDefined(), ended]);
    return found() ?? { event: 'none', atMillis: 0 };
  };
  const end = async (): Promise<void> => {
    ending.abort();
    await ended;
  };
  onTestFinished(end);
  await find('ready');
  return { told, logged, find, end };
}

async function get(url: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await (await fetch(url)).text();
}

function copyOfService(name: string): string {
  mkdirSync(join(folder, name), { recursive: true });
  const path = join(folder, name, 'app');
  copyFileSync(join(folder, 'service'), path);
  return path;
}

const requests = (count: number) => ({ http_requests: { submitted: BigInt(count), lost: 0n } });

describe.skipIf(lacking.length > 0)(
  `on a real kernel and broker (skipped where lacking: ${lacking.join(', ')})`,
  () => {
    test('each of two processes of one file has its own events; one that comes later is probed within a second', async () => {
      const { stream, topicPrefix } = await freshStream(brokers);
      const exe = copyOfService('two');
      const first = await startService({ exe, env: { OTEL_SERVICE_NAME: 'first' } });
      const agent = await startAgent(`exe=${exe}`, topicPrefix);
      await agent.find('attached', { pid: first.pid });
      await get(first.url, 30);
      const startedMillis = Date.now();
      const second = await startService({ exe, env: { OTEL_SERVICE_NAME: 'second' } });
      const attached = await agent.find('attached', { pid: second.pid });
      // How long the kernel checks the programs is their own affair, and shown by the matrix.
      expect(attached.atMillis - startedMillis - Number(attached['openMs'])).toBeLessThan(1_000);
      expect(attached).toMatchObject({ service: 'second' });
      await Promise.all([get(first.url, 20), get(second.url, 47)]);
      second.child.kill('SIGKILL');
      const gone = await agent.find('detached', { pid: second.pid });
      expect(gone).toMatchObject({ reason: 'target-exited', droppedRows: 0, ring: requests(47) });
      await get(first.url, 5);
      await agent.end();
      expect(await agent.find('detached', { pid: first.pid })).toMatchObject({ reason: 'signal', ring: requests(55) });
      expect(await agent.find('stopped')).toMatchObject({ targets: 2, droppedRows: 0 });
      const rows: Record<string, number> = {};
      for (const { header } of await readAll(stream)) {
        if (header.kind === 'http_requests') rows[header.service] = (rows[header.service] ?? 0) + header.rows;
      }
      expect(rows).toEqual({ first: 55, second: 47 });
    });

    test('a file replaced on disk, and exec of another program in the same process, are followed', async () => {
      const { topicPrefix } = await freshStream(brokers);
      const exe = copyOfService('replaced');
      const other = copyOfService('replaced/other');
      const service = await startService({ exe });
      renameSync(copyOfService('replaced/newer'), exe);
      const agent = await startAgent(`exe=${folder}/replaced/**`, topicPrefix);
      expect(await agent.find('attached', { pid: service.pid })).toMatchObject({ service: 'app' });
      await get(service.url, 12);
      const url = await service.become(other);
      const replaced = await agent.find('detached', { pid: service.pid });
      expect(replaced).toMatchObject({ reason: 'target-replaced' });
      await expect
        .poll(() => agent.told.filter(({ event, pid }) => event === 'attached' && pid === service.pid).length)
        .toBe(2);
      await get(url, 9);
      service.child.kill('SIGKILL');
      await expect
        .poll(() => agent.told.filter(({ event }) => event === 'detached').length, { timeout: 5_000 })
        .toBe(2);
      expect(await agent.find('detached')).toMatchObject({ reason: 'target-exited', ring: requests(9) });
    });

    test('the kill switch ends the probes of its service alone, and switched on again it is probed again', async () => {
      const { stream, topicPrefix } = await freshStream(brokers);
      const exe = copyOfService('switched');
      const [off, on] = [`off-${topicPrefix}`, `on-${topicPrefix}`];
      const first = await startService({ exe, env: { OTEL_RESOURCE_ATTRIBUTES: `service.name=${off}` } });
      const second = await startService({ exe, env: { OTEL_SERVICE_NAME: on } });
      const agent = await startAgent(`service=${off};service=${on}`, topicPrefix);
      await agent.find('attached', { pid: first.pid });
      await agent.find('attached', { pid: second.pid });
      const word = { service: off, expiresUnixMillis: null, changedBy: 'test' };
      await stream.publishWanted(off, { ...word, state: 'off', changedUnixMillis: Date.now() });
      expect(await agent.find('detached', { pid: first.pid })).toMatchObject({ reason: 'killed' });
      await stream.publishWanted(off, { ...word, state: 'on', changedUnixMillis: Date.now() });
      await expect
        .poll(() => agent.told.filter(({ event, pid }) => event === 'attached' && pid === first.pid).length, {
          timeout: 5_000,
        })
        .toBe(2);
      expect(agent.told.filter(({ event, pid }) => event === 'detached' && pid === second.pid)).toEqual([]);
    });

    test('what is not Go is told once and harms nothing; beyond the bound a process waits for room', async () => {
      const { topicPrefix } = await freshStream(brokers);
      const exe = copyOfService('mixed');
      copyFileSync('/bin/sleep', join(folder, 'mixed', 'sleep'));
      const sleep = spawn(join(folder, 'mixed', 'sleep'), ['60']);
      onTestFinished(() => void sleep.kill('SIGKILL'));
      const first = await startService({ exe });
      const second = await startService({ exe });
      const agent = await startAgent(`exe=${folder}/mixed/*`, topicPrefix, { maxTargets: 1 });
      const attached = await agent.find('attached');
      const [now, later] = attached['pid'] === first.pid ? [first, second] : [second, first];
      now.child.kill('SIGKILL');
      await agent.find('attached', { pid: later.pid });
      await get(later.url, 3);
      expect(agent.logged.filter((line) => line.includes('is not a Go program'))).toHaveLength(1);
      expect(agent.logged.filter((line) => line.includes('raise --max-targets'))).toHaveLength(1);
    });

    test('two containers of one image: one file below two mounts, and neither sees the other', async ({ skip }) => {
      const { topicPrefix } = await freshStream(brokers);
      copyOfService('image');
      const roots = ['c1', 'c2'].map((name) => mountOverlay(join(folder, 'image'), join(folder, name)));
      if (roots.includes(undefined)) skip('this machine mounts no overlay file systems');
      const agent = await startAgent(`exe=${folder}/c*/merged/app`, topicPrefix);
      const [first, second] = await Promise.all(roots.map((root) => startService({ exe: join(root ?? '', 'app') })));
      for (const service of [first, second]) await agent.find('attached', { pid: service?.pid });
      await Promise.all([get(first?.url ?? '', 11), get(second?.url ?? '', 23)]);
      await agent.end();
      expect(await agent.find('detached', { pid: first?.pid })).toMatchObject({ ring: requests(11) });
      expect(await agent.find('detached', { pid: second?.pid })).toMatchObject({ ring: requests(23) });
      for (const service of [first, second]) service?.child.kill('SIGKILL');
    });
  },
);

function mountOverlay(lower: string, place: string): string | undefined {
  for (const name of ['upper', 'work', 'merged']) mkdirSync(join(place, name), { recursive: true });
  const merged = join(place, 'merged');
  const options = `lowerdir=${lower},upperdir=${join(place, 'upper')},workdir=${join(place, 'work')}`;
  try {
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, merged], { stdio: 'pipe' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', merged]));
  return merged;
}
