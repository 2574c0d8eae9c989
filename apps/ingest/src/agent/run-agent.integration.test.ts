import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { BINDINGS, decodeNativeBlock, GOROUTINE_DUMPS, GOROUTINE_EVENT_KINDS } from '@mapscope/events';
import type { Facts, Reporter } from '../process/reporter.ts';
import { agentConfig } from '../testing/agent-config.ts';
import { probedService } from '../testing/probed-service.ts';
import { freshStream, readAll, rowsOf } from '../testing/probe-topic.ts';
import { type AgentConfig, DEFAULT_FAMILIES } from './options.ts';
import { runAgent } from './run-agent.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const { lacking, folder, startService } = probedService(brokers);

interface RunningAgent {
  readonly event: (name: string) => Promise<Facts>;
  readonly told: (name: string) => boolean;
  readonly stop: () => void;
  readonly ended: Promise<void>;
}

function startAgent(
  pid: number,
  topicPrefix: string,
  families: AgentConfig['families'] = DEFAULT_FAMILIES,
  overheadPercent = '3',
): RunningAgent {
  const events = new Map<string, Facts>();
  const ending = new AbortController();
  const reporter: Reporter = { event: (event, facts = {}) => void events.set(event, facts), log: () => undefined };
  const config = agentConfig({
    pid,
    service: `service-${topicPrefix}`,
    families,
    overheadPercent,
    dataDir: join(folder, 'data'),
    kafkaBrokers: brokers,
    topicPrefix,
  });
  const ended = runAgent(config, reporter, ending.signal);
  ended.catch(() => undefined); // seen by whoever awaits it
  const event = async (name: string): Promise<Facts> => {
    await Promise.race([expect.poll(() => events.has(name), { timeout: 15_000, interval: 20 }).toBe(true), ended]);
    return events.get(name) ?? {};
  };
  return { event, told: (name) => events.has(name), stop: () => ending.abort(), ended };
}

describe.skipIf(lacking.length > 0)(
  `on a real kernel and broker (skipped where lacking: ${lacking.join(', ')})`,
  () => {
    test('every request the service answered is on the topic once, and the final status says so', async () => {
      const { stream, topicPrefix } = await freshStream(brokers);
      const service = await startService();
      const agent = startAgent(service.pid, topicPrefix);
      const attached = await agent.event('attached');
      expect(attached).toMatchObject({ pid: service.pid, service: `service-${topicPrefix}` });
      expect(attached['probes']).toBeGreaterThan(5);
      for (let i = 0; i < 300; i++) await (await fetch(service.url)).text();
      agent.stop();
      await agent.ended;
      const stopped = await agent.event('stopped');
      expect(stopped).toMatchObject({
        reason: 'signal',
        dropped: {},
        ring: { http_requests: { submitted: 300n, lost: 0n } },
      });
      const batches = await readAll(stream);
      expect(rowsOf(batches, 'http_requests')).toBe(300);
      expect(rowsOf(batches, 'lock_waits')).toBeGreaterThan(0);
      expect(rowsOf(batches, 'stacks')).toBeGreaterThan(0);
      const last = batches.filter(({ header }) => header.kind === 'agent_status').at(-1);
      const status = Object.fromEntries(decodeNativeBlock(last!.block).columns.map(({ name, data }) => [name, data]));
      expect(status['final'], 'requests, waits, events, collections').toMatchObject({
        values: Uint8Array.of(1, 1, 1, 1),
      });
      expect(status['published_rows']).toEqual(status['ring_submitted']);
      for (const kind of ['http_requests', 'lock_waits', 'stacks', 'agent_status']) {
        const sequences = batches.filter(({ header }) => header.kind === kind).map(({ header }) => header.sequence);
        expect(sequences).toEqual(sequences.map((_, i) => BigInt(i)));
      }
      expect((await fetch(service.url)).status).toBe(200);
    });

    test('the kill switch ends the probes at once, and the next agent does not attach', async () => {
      const { stream, topicPrefix } = await freshStream(brokers);
      const service = await startService();
      const agent = startAgent(service.pid, topicPrefix);
      await agent.event('attached');
      const name = `service-${topicPrefix}`;
      const off = {
        service: name,
        state: 'off',
        expiresUnixMillis: null,
        changedBy: 'test',
        changedUnixMillis: Date.now(),
      };
      const before = performance.now();
      await stream.publishWanted(name, off);
      await agent.ended;
      expect(performance.now() - before).toBeLessThan(3_000);
      expect(await agent.event('stopped')).toMatchObject({ reason: 'killed' });
      const next = startAgent(service.pid, topicPrefix);
      await next.ended;
      expect(await next.event('stopped')).toMatchObject({ reason: 'killed', attached: false });
    });

    test('what costs more than the overhead budget is detached for a time, and the status says for how long', async () => {
      const { stream, topicPrefix } = await freshStream(brokers);
      const service = await startService();
      const agent = startAgent(service.pid, topicPrefix, DEFAULT_FAMILIES, '0.1');
      await agent.event('attached');
      // Any machine answers more in a second than this budget allows.
      const ask = async (): Promise<void> => {
        while (!agent.told('shedding-began')) {
          expect(await (await fetch(`${service.url}hello`)).text()).toBe('hello');
        }
      };
      await Promise.all(Array.from({ length: 8 }, ask));
      expect(await agent.event('shedding-began')).toMatchObject({ pid: service.pid, families: ['trace', 'http'] });
      agent.stop();
      await agent.ended;
      const stopped = await agent.event('stopped');
      expect(stopped).toMatchObject({ dropped: {}, shed: { requests: { state: 'cycled' } } });
      const batches = await readAll(stream);
      const last = batches.filter(({ header }) => header.kind === 'agent_status').at(-1);
      const status = new Map(decodeNativeBlock(last!.block).columns.map(({ name, data }) => [name, data]));
      const [family, state, off] = ['family', 'shed_state', 'shed_ns'].map((name) => status.get(name)!);
      const textsOf = (data: typeof family) =>
        data?.storage === 'dictionary' ? [...data.indexes].map((index) => data.keys[index]) : [];
      const row = textsOf(family).indexOf('http_requests');
      expect(textsOf(state)[row]).toBe('cycled');
      expect(off !== undefined && 'values' in off ? Number(off.values[row]) : 0).toBeGreaterThan(0);
    });

    test('when the target ends, what it did is kept and the agent says so', async () => {
      const { stream, topicPrefix } = await freshStream(brokers);
      const service = await startService();
      const agent = startAgent(service.pid, topicPrefix);
      await agent.event('attached');
      for (let i = 0; i < 20; i++) await (await fetch(service.url)).text();
      service.child.kill('SIGKILL');
      await agent.ended;
      expect(await agent.event('target-exited')).toMatchObject({ pid: service.pid });
      expect(await agent.event('stopped')).toMatchObject({ reason: 'target-exited', dropped: {} });
      expect(rowsOf(await readAll(stream), 'http_requests')).toBe(20);
    });

    test('a crash: what its goroutines did just before is on the topic, with the request that ended the process', async () => {
      const { stream, topicPrefix } = await freshStream(brokers);
      const service = await startService();
      const agent = startAgent(service.pid, topicPrefix, [...DEFAULT_FAMILIES, 'goroutine']);
      await agent.event('attached');
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      await (await fetch(service.url)).text();
      await fetch(`${service.url}crash`, { headers: { traceparent } }).catch(() => undefined);
      await agent.ended;
      const batches = await readAll(stream);
      const [dump] = batches.filter(({ header }) => header.kind === 'goroutine_events');
      const rows = rowsOf(batches, 'goroutine_events');
      expect(await agent.event('stopped')).toMatchObject({
        reason: 'target-exited',
        dropped: {},
        ring: { goroutine_events: { submitted: BigInt(rows), lost: 0n } },
      });
      const columns = new Map(decodeNativeBlock(dump!.block).columns.map(({ name, data }) => [name, data]));
      const numbers = (name: string): readonly unknown[] => {
        const data = columns.get(name);
        return data !== undefined && 'values' in data ? Array.from<unknown>(data.values) : [];
      };
      expect(new Set(numbers('dump_reason'))).toEqual(new Set([GOROUTINE_DUMPS.fatal]));
      const crash = numbers('event').indexOf(GOROUTINE_EVENT_KINDS.crash);
      expect(numbers('crashed')[crash]).toBe(1);
      const trace = numbers('trace_id').slice(16 * crash, 16 * crash + 16) as number[];
      expect(Buffer.from(trace).toString('hex')).toBe(traceparent.slice(3, 35));
      expect(numbers('binding')[crash]).toBe(BINDINGS.exact);
    });

    test.each([
      ['a pid that is not there', 4_194_000, 'TARGET_NOT_FOUND'],
      ['a process that is not Go', process.pid, 'TARGET_NOT_GO'],
    ])('%s is refused before anything is touched', async (_name, pid, code) => {
      await expect(startAgent(pid, 'none.').ended).rejects.toMatchObject({ code });
    });
  },
);
