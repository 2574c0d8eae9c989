/** Settings of the role `agent`. */
import { type ConfigValues, MapscopeError, integerOption, listOption, textOption } from '@mapscope/events';
import { COMMON_OPTIONS, KAFKA_OPTIONS } from '../process/common-options.ts';
import type { TargetChoice } from './choose-target.ts';

const MIB = 1024 * 1024;
const HOUR_SECONDS = 3_600;

/** On unless others are asked for. */
export const DEFAULT_FAMILIES = ['lock', 'http', 'trace', 'fatal'] as const;
export const FAMILIES = [...DEFAULT_FAMILIES, 'goroutine'] as const;

export const AGENT_OPTIONS = {
  pid: integerOption({ flag: 'pid', describe: 'process to attach to', min: 1, max: 4_194_304, default: undefined }),
  exe: textOption({ flag: 'exe', describe: 'or: executable of the one process to attach to', default: undefined }),
  service: textOption({
    flag: 'service',
    env: 'OTEL_SERVICE_NAME',
    describe: 'name of the service in all answers; otherwise the base name of its executable',
    default: undefined,
  }),
  families: listOption({ flag: 'families', describe: 'probe families', choices: FAMILIES, default: DEFAULT_FAMILIES }),
  ringBytes: integerOption({
    flag: 'ring-bytes',
    describe: 'size of the ring buffer, a power of two',
    min: 64 * 1024,
    max: 512 * MIB,
    default: 16 * MIB,
  }),
  flightBytes: integerOption({
    flag: 'flight-bytes',
    describe: 'memory of the goroutine flight recorder (family goroutine), 64 bytes a state change',
    min: MIB,
    max: 1_024 * MIB,
    default: 16 * MIB,
  }),
  flushMillis: integerOption({
    flag: 'flush-ms',
    describe: 'longest time rows wait in the agent',
    min: 10,
    max: 10_000,
    default: 500,
  }),
  /** No agent runs for ever: whoever forgets it has it for half a day. */
  ttlSeconds: integerOption({
    flag: 'ttl',
    describe: 'seconds after which the probes detach by themselves',
    min: 1,
    max: 7 * 24 * HOUR_SECONDS,
    default: 12 * HOUR_SECONDS,
  }),
  queueBytes: integerOption({
    flag: 'queue-bytes',
    describe: 'batches that wait for Kafka; beyond it rows are dropped and counted',
    min: MIB,
    max: 4_096 * MIB,
    default: 64 * MIB,
  }),
  dataDir: textOption({
    flag: 'data-dir',
    describe: "where the agent's journal is: if it is killed, the next one there says what was lost",
    default: '.mapscope/agent',
  }),
  capture: textOption({
    flag: 'capture',
    env: 'MAPSCOPE_CAPTURE',
    describe: 'also record everything published into this file, for ingest replay',
    default: undefined,
  }),
  ...KAFKA_OPTIONS,
  ...COMMON_OPTIONS,
};

export type AgentConfig = ConfigValues<typeof AGENT_OPTIONS>;

/** Which process: exactly one of --pid and --exe. */
export function targetChoice(
  config: Pick<AgentConfig, 'pid' | 'exe'>,
  resolve: (path: string) => string,
): TargetChoice {
  const { pid, exe } = config;
  if (pid !== undefined && exe === undefined) return { by: 'pid', pid };
  if (exe !== undefined && pid === undefined) return { by: 'exe', path: resolve(exe) };
  const problem = pid === undefined ? 'neither --pid nor --exe is given' : 'both --pid and --exe are given';
  throw new MapscopeError('CONFIG_INVALID', `${problem}: give one of them, to say which process to attach to`);
}

/** The kernel takes ring buffers of a power of two of whole pages only (kernel/bpf/ringbuf.c, ringbuf_map_alloc). */
export function checkedRingBytes(ringBytes: number): number {
  if (Number.isInteger(Math.log2(ringBytes))) return ringBytes;
  const near = 2 ** Math.round(Math.log2(ringBytes));
  throw new MapscopeError('CONFIG_INVALID', `ring-bytes "${ringBytes}" is no power of two: give ${near}`, {
    facts: { ringBytes },
  });
}
