/** A hundred real processes, a real broker and kernel: who is probed is who the rule says, computed here by itself. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGoBinary } from '@mapscope/golang';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type { Facts, Reporter } from '../../process/reporter.ts';
import { agentConfig } from '../../testing/agent-config.ts';
import { freshStream } from '../../testing/probe-topic.ts';
import { probedService, type Service } from '../../testing/probed-service.ts';
import { runAgent } from '../run-agent.ts';
import { hostName } from './host-name.ts';

const brokers = inject('kafkaBrokers') ?? [];
const { lacking, folder, startService } = probedService(brokers);
const FLEET = 100;
const POLL = { timeout: 60_000, interval: 50 };

interface Told extends Facts {
  readonly event: string;
  readonly atMillis: number;
}

async function startAgent(topicPrefix: string) {
  const told: Told[] = [];
  const logged: string[] = [];
  const ending = new AbortController();
  const reporter: Reporter = {
    event: (event, facts = {}) => void told.push({ event, atMillis: Date.now(), ...facts }),
    log: (level, message) => void (level === 'debug' || logged.push(message)),
  };
  const settings = { policies: true, dataDir: join(folder, 'data'), kafkaBrokers: brokers, topicPrefix };
  const ended = runAgent(agentConfig(settings), reporter, ending.signal);
  onTestFinished(async () => {
    ending.abort();
    await ended;
  });
  await expect.poll(() => told.some(({ event }) => event === 'ready'), POLL).toBe(true);
  /** pids that have probes now */
  const probed = (): ReadonlySet<number> => {
    const now = new Set<number>();
    for (const { event, pid } of told) {
      if (event === 'policy-attached') now.add(Number(pid));
      if (event === 'detached') now.delete(Number(pid));
    }
    return now;
  };
  return { told, logged, probed };
}

/** FNV-1a and the final mix of MurmurHash3, as libs/rollout documents them. */
function placeOf(identity: string): number {
  let hash = 2_166_136_261n;
  for (const character of identity) hash = ((hash ^ BigInt(character.charCodeAt(0))) * 16_777_619n) % 2n ** 32n;
  hash = ((hash ^ (hash >> 16n)) * 0x85eb_ca6bn) % 2n ** 32n;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2_ae35n) % 2n ** 32n;
  return (Number(hash ^ (hash >> 16n)) / 2 ** 32) * 100;
}

describe.skipIf(lacking.length > 0)(
  `on a real kernel and broker (skipped where lacking: ${lacking.join(', ')})`,
  () => {
    test('a policy of 5 % takes those whose place is below it; places outlive restarts; more only adds; all goes with it', async () => {
      const exe = join(folder, 'fleet');
      copyFileSync(join(folder, 'service'), exe);
      const start = (i: number) =>
        startService({ exe, env: { OTEL_RESOURCE_ATTRIBUTES: `service.name=order,service.instance.id=order-${i}` } });
      const numbers = Array.from({ length: FLEET }, (_, i) => i);
      const fleet: Service[] = await Promise.all(numbers.map(start));
      const { buildId } = readGoBinary(readFileSync(exe));
      const below = (percent: number): readonly number[] =>
        numbers.filter((i) => placeOf(`${hostName()}/${buildId}/order-${i}`) < percent);
      const pids = (of: readonly number[]): ReadonlySet<number> => new Set(of.map((i) => fleet[i]?.pid ?? 0));
      const { stream, topicPrefix } = await freshStream(brokers);
      const agent = await startAgent(topicPrefix);
      let version = 0;
      const publish = (changes: Facts) =>
        stream.publishWanted('policy/canary', {
          name: 'canary',
          version: ++version,
          owner: 'ann',
          reason: 'a test',
          families: ['lock', 'http'],
          startsUnixMillis: Date.now(),
          ttlMillis: 600_000,
          budgetShare: 0.01,
          ramp: null,
          stopped: null,
          selectors: [`exe=${exe},percent=5`],
          ...changes,
        });
      // Not yet begun, and not to be read: nothing is touched.
      await publish({ startsUnixMillis: Date.now() + 3_600_000 });
      await publish({ families: ['locks'] });
      await expect.poll(() => agent.logged.join()).toContain('there is no family "locks"');
      expect(agent.probed().size).toBe(0);

      const at = Date.now();
      await publish({});
      await expect.poll(agent.probed, POLL).toEqual(pids(below(5)));
      const firstAttached = agent.told.find(({ event }) => event === 'policy-attached');
      if (process.env['MAPSCOPE_MEASURE'] !== undefined)
        process.stdout.write(`wanted → first attached: ${Number(firstAttached?.atMillis) - at} ms\n`);

      const [inside = 0] = below(5);
      const outside = numbers.find((i) => !below(50).includes(i)) ?? 0;
      for (const i of [inside, outside]) {
        fleet[i]?.child.kill('SIGKILL');
        fleet[i] = await start(i);
      }
      await expect.poll(agent.probed, POLL).toEqual(pids(below(5)));

      await publish({ selectors: [`exe=${exe},percent=12`] });
      await expect.poll(agent.probed, POLL).toEqual(pids(below(12)));
      const ended = agent.told.filter(({ event, reason }) => event === 'detached' && reason === 'policy');
      expect(ended).toEqual([]);

      await stream.publishWanted('policy/canary', null);
      await expect.poll(agent.probed, POLL).toEqual(new Set());
      // What ends by its own time needs no word of anybody.
      await publish({ ttlMillis: 6000, selectors: [`exe=${exe},percent=2`] });
      await expect.poll(() => agent.probed().size, POLL).toBe(below(2).length);
      await expect.poll(agent.probed, POLL).toEqual(new Set());
      expect(below(2).length).toBeGreaterThan(0);
    });
  },
);
