/** A real agent as a process of its own on two real services; other agents of this machine are none of our business. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { readConfig } from '@mapscope/events';
import { probeLinks } from '@mapscope/probe';
import { DOCTOR_OPTIONS } from '../doctor/options.ts';
import { runDoctor } from '../doctor/run-doctor.ts';
import { probedService } from '../testing/probed-service.ts';
import { freshStream } from '../testing/probe-topic.ts';
import { DETACH_OPTIONS } from './options.ts';
import { runDetach } from './run-detach.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const brokers = inject('kafkaBrokers') ?? [];
const { lacking, folder, startService } = probedService(brokers);

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly says: string;
}

async function doctor(argv: readonly string[]): Promise<{ readonly status: number; readonly told: string }> {
  let told = '';
  const print = (line: string): void => void (told += `${line}\n`);
  const status = await runDoctor(readConfig(DOCTOR_OPTIONS, { argv, env: {} }), print);
  return { status, told };
}

const checksOf = (told: string): readonly Check[] => (JSON.parse(told) as { checks: readonly Check[] }).checks;

describe.skipIf(lacking.length > 0)(
  `on a real kernel and broker (skipped where lacking: ${lacking.join(', ')})`,
  () => {
    test('detach ends an agent with all its probes, verifies it, and the services go on', async () => {
      const { topicPrefix } = await freshStream(brokers);
      const services = [await startService(), await startService()];
      const dataDir = join(folder, 'detach-data');
      const targets = services.flatMap(({ pid }) => ['--target', `pid=${pid}`]);
      const rest = ['--topic-prefix', topicPrefix, '--kafka-brokers', brokers.join(','), '--families', 'lock,fatal'];
      const words = ['--conditions=source', MAIN, 'agent', ...targets, '--data-dir', dataDir, ...rest];
      const agent = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] });
      onTestFinished(() => void agent.kill('SIGKILL'));
      let attached = 0;
      createInterface({ input: agent.stdout }).on('line', (line) => {
        if (line.includes('"event":"attached"')) attached++;
      });
      await expect.poll(() => attached, { timeout: 30_000 }).toBe(2);
      const linked = () => probeLinks().filter(({ pid }) => services.some((service) => service.pid === pid));
      expect(linked()).toHaveLength(4);
      const exited = once(agent, 'exit');
      const config = readConfig(DETACH_OPTIONS, { argv: ['--all', '--data-dir', dataDir, '--json'], env: {} });
      const lines: string[] = [];
      expect(await runDetach(config, (line) => void lines.push(line))).toBe(0);
      expect(JSON.parse(lines.join(''))).toMatchObject({ ok: true, ended: [agent.pid], stillRunning: [], left: [] });
      expect(linked()).toEqual([]);
      expect(await exited).toEqual([0, null]);
      for (const { url } of services) expect((await fetch(url)).status).toBe(200);
      expect(await runDetach(config, () => undefined), 'asked again, there is nothing to do').toBe(0);
    });

    test('the doctor finds this machine fit, with its broker and its engine', async () => {
      const options = ['--kafka-brokers', brokers.join(','), '--clickhouse-url', inject('clickhouseUrl')];
      const { told } = await doctor([...options, '--data-dir', join(folder, 'data'), '--json']);
      // Which ports somebody uses here is not for a test to say.
      const checks = checksOf(told).filter(({ name }) => !name.startsWith('port'));
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(checks.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['uprobe-multi link', 'family lock', 'Kafka']),
      );
    });

    test('what does not answer is told with how to mend it', async () => {
      const away = ['--kafka-brokers', '127.0.0.1:1', '--clickhouse-url', 'http://127.0.0.1:1'];
      const { status, told } = await doctor([...away, '--data-dir', MAIN, '--json']);
      const problems = checksOf(told).filter(({ ok, name }) => !ok && !name.startsWith('port'));
      expect(status).toBe(1);
      expect(problems.map(({ name, says }) => `${name}: ${says}`)).toEqual([
        expect.stringMatching(/^Kafka: no Kafka broker answers at 127\.0\.0\.1:1 .*start one there/),
        expect.stringMatching(/^ClickHouse: .*127\.0\.0\.1:1/),
        expect.stringMatching(/^data folder: .*main\.ts (is a file|cannot be written .*): give another --data-dir/),
      ]);
    });

    test('a program is told hook by hook, by its path and by its process', async () => {
      const service = await startService();
      for (const which of [
        ['--exe', join(folder, 'service')],
        ['--pid', String(service.pid)],
      ]) {
        const { status, told } = await doctor([...which, '--families', 'http,client']);
        expect(status).toBe(0);
        expect(told).toMatch(
          /^http: on\n {2}net\/http\.serverHandler\.ServeHTTP +\+\d+ +(push|branch) +\d+ ns a hit$/m,
        );
        expect(told).toMatch(/^client: off: net\/http\.\(\*Transport\)\.roundTrip: the binary has no such function/m);
        expect(told).toMatch(/^Lacking\n {2}client: .* So no outgoing HTTP requests are seen\.$/m);
      }
    });
  },
);
