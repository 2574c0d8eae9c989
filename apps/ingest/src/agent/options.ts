/** Settings of the role `agent`. */
import {
  type ConfigValues,
  MapscopeError,
  booleanOption,
  integerOption,
  listOption,
  textOption,
} from '@mapscope/events';
import type { FamilyName } from '@mapscope/probe';
import type { Selector } from '@mapscope/rollout';
import { COMMON_OPTIONS, KAFKA_OPTIONS } from '../process/common-options.ts';
import type { TargetChoice } from './choose-target.ts';
import { DEFAULT_OVERHEAD } from './governor/overhead.ts';
import { parseTargets } from './targets/parse-targets.ts';

const MIB = 1024 * 1024;
const HOUR_SECONDS = 3_600;

/**
 * Whether a family is on when none is named. Those that are off cost most: probes on every operation of a map, every
 * state change of a goroutine. libs/probe itself is loaded only where it runs; the type keeps this table complete.
 */
const ON_BY_DEFAULT: Readonly<Record<FamilyName, boolean>> = {
  trace: true,
  http: true,
  lock: true,
  fatal: true,
  client: true,
  gc: true,
  map: false,
  syncmap: false,
  goroutine: false,
};
// The keys of a table of all families are all families.
export const ALL_FAMILIES = Object.keys(ON_BY_DEFAULT) as readonly FamilyName[];
export const DEFAULT_FAMILIES = ALL_FAMILIES.filter((family) => ON_BY_DEFAULT[family]);

export const AGENT_OPTIONS = {
  pid: integerOption({ flag: 'pid', describe: 'process to attach to', min: 1, max: 4_194_304, default: undefined }),
  exe: textOption({ flag: 'exe', describe: 'or: executable of the one process to attach to', default: undefined }),
  target: textOption({
    flag: 'target',
    describe:
      'or: every process that fits, e.g. service=order,percent=25 or exe=/srv/*; again, or after a semicolon: another one',
    default: undefined,
  }),
  maxTargets: integerOption({
    flag: 'max-targets',
    describe: 'with --target: processes probed at a time; each takes a thread and a ring',
    min: 1,
    max: 1_000,
    default: 32,
  }),
  policies: booleanOption({
    flag: 'policies',
    describe: 'or: every process that a probe policy names (PUT /api/v1/probes/policies), as it says',
  }),
  hostBudgetPercent: integerOption({
    flag: 'host-budget-percent',
    describe: 'with --policies: what the probes of all processes may cost together, in % of one core',
    min: 1,
    max: 10_000,
    default: 20,
  }),
  service: textOption({
    flag: 'service',
    describe: 'service in all answers; else as the process says (OTEL_SERVICE_NAME), its main module or executable',
    default: undefined,
  }),
  families: listOption({
    flag: 'families',
    describe: 'probe families',
    choices: ALL_FAMILIES,
    default: DEFAULT_FAMILIES,
  }),
  panicValues: booleanOption({
    flag: 'panic-values',
    describe: 'tell the text of panics, whatever it holds; otherwise the type of their value',
  }),
  traceLabels: textOption({
    flag: 'trace-labels',
    describe:
      'pprof labels that hold a trace id or a traceparent, by commas, four at most; else trace_id, traceparent, trace.id, trace id',
    default: undefined,
  }),
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
  goroutineDumpSeconds: integerOption({
    flag: 'goroutine-dump-seconds',
    describe:
      'how often the flight recorder is written out while the service runs (family goroutine); 0: only after a crash',
    min: 0,
    max: 600,
    default: 10,
  }),
  flushMillis: integerOption({
    flag: 'flush-ms',
    describe: 'longest time rows wait in the agent',
    min: 10,
    max: 10_000,
    default: 500,
  }),
  overheadPercent: textOption({
    flag: 'overhead-percent',
    describe:
      "what probes on fast paths (requests, maps, goroutines) may cost, in % of the target's CPU time; beyond it they are attached for windows of time; or: off",
    default: DEFAULT_OVERHEAD,
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
    describe: 'batches that wait for Kafka in memory; beyond it, and while Kafka is away, they go to disk',
    min: MIB,
    max: 4_096 * MIB,
    default: 64 * MIB,
  }),
  spoolBytes: integerOption({
    flag: 'spool-bytes',
    describe: 'batches kept on disk while Kafka is away; beyond it the least important go, and are counted; 0: none',
    min: 0,
    max: 1_024 * 1_024 * MIB,
    default: 1_024 * MIB,
  }),
  dataDir: textOption({
    flag: 'data-dir',
    describe: "where the agent's journal and spool are: the next agent there sends what this one could not",
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

export type AgentScope =
  | { readonly watch: 'one'; readonly choice: TargetChoice }
  | { readonly watch: 'many'; readonly selectors: readonly Selector[] }
  | { readonly watch: 'policies' };

/** Which processes: exactly one of --pid, --exe, --target and --policies. */
export function agentScope(
  { pid, exe, target, capture, policies }: Pick<AgentConfig, 'pid' | 'exe' | 'target' | 'capture' | 'policies'>,
  resolve: (path: string) => string,
): AgentScope {
  const given = Object.entries({
    '--pid': pid,
    '--exe': exe,
    '--target': target,
    '--policies': policies ? true : undefined,
  }).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  if (given.length > 1) throw refuse(`${given.join(' and ')} are given: give one of them`);
  if (target !== undefined) {
    if (capture !== undefined) throw refuse('--capture records one process: give --pid or --exe instead of --target');
    return { watch: 'many', selectors: parseTargets(target) };
  }
  if (policies) {
    if (capture !== undefined) throw refuse('--capture records one process: give --pid or --exe instead of --policies');
    return { watch: 'policies' };
  }
  if (pid !== undefined) return { watch: 'one', choice: { by: 'pid', pid } };
  if (exe !== undefined) return { watch: 'one', choice: { by: 'exe', path: resolve(exe) } };
  throw refuse(
    'none of --pid, --exe, --target and --policies is given: give one of them, to say which process to attach to',
  );
}

const refuse = (text: string): MapscopeError => new MapscopeError('CONFIG_INVALID', text);

/** The kernel takes ring buffers of a power of two of whole pages only (kernel/bpf/ringbuf.c, ringbuf_map_alloc). */
export function checkedRingBytes(ringBytes: number): number {
  if (Number.isInteger(Math.log2(ringBytes))) return ringBytes;
  const near = 2 ** Math.round(Math.log2(ringBytes));
  throw new MapscopeError('CONFIG_INVALID', `ring-bytes "${ringBytes}" is no power of two: give ${near}`, {
    facts: { ringBytes },
  });
}
