/** A session with the agent's governor, as an agent has it; what it reads is packed and dropped instead of being sent. */
import { readFileSync } from 'node:fs';
import { parseAgentId } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import { openProbeSession } from '@mapscope/probe';
import { MAX_VALUE_BYTES, pause } from '@mapscope/stream';
import { makeBatcher } from '../../src/agent/batcher.ts';
import { type GovernedSession, governSession } from '../../src/agent/governor/govern-session.ts';
import { DEFAULT_OVERHEAD, overheadShare } from '../../src/agent/governor/overhead.ts';
import { AGENT_OPTIONS, DEFAULT_FAMILIES } from '../../src/agent/options.ts';
import { cpuNanos } from '../../src/agent/process-table.ts';
import { systemClock } from '../../src/process/system-clock.ts';

export interface Service {
  readonly pid: number;
  readonly url: string;
  readonly executable: string;
  readonly goVersion: string;
}

export interface Governed {
  /** when shed groups came back the next time; rejects if that takes longer */
  readonly nextWindow: (withinMillis: number) => Promise<void>;
  /** until now, in ms: how long the groups that can be shed were on */
  readonly onMillis: () => number;
  readonly costRate: () => number;
  readonly end: () => Promise<void>;
}

const clock = systemClock();
const IDENTITY = { agent: parseAgentId('0123456789abcdef0123456789abcdef'), boot: 1n, service: 'bench', platform: '' };
const fail = (error: Error): void => void process.stderr.write(`${error.message}\n`);

export async function openGoverned({ pid, executable }: Service): Promise<Governed> {
  const batcher = makeBatcher(IDENTITY, MAX_VALUE_BYTES);
  const session = await openProbeSession({
    pid,
    executablePath: executable,
    binary: readGoBinary(readFileSync(executable)),
    families: DEFAULT_FAMILIES,
    ringBytes: AGENT_OPTIONS.ringBytes.default,
    flushMillis: AGENT_OPTIONS.flushMillis.default,
    service: 'bench',
    platform: '',
    clock,
    onColumns: (columns) => void batcher.prepare(columns, { submitted: 0n, lost: 0n }),
    onProblem: fail,
  });
  let window = Promise.withResolvers<void>();
  let [on, since] = [0, performance.now()];
  const switchGroup: GovernedSession['switchGroup'] = async (group, isOn) => {
    if (!isOn) on += performance.now() - since;
    await session.switchGroup(group, isOn);
    if (!isOn) return;
    since = performance.now();
    window.resolve();
    window = Promise.withResolvers();
  };
  const governor = governSession({
    session: { ...session, switchGroup },
    share: overheadShare(DEFAULT_OVERHEAD),
    monotonicNanos: clock.monotonicNanos,
    cpuNanos: () => cpuNanos(pid),
    pause,
    onEvent: () => undefined,
    onProblem: fail,
  });
  const isOff = (): boolean => governor.isOff('requests');
  return {
    nextWindow: (withinMillis) => Promise.race([window.promise, late(withinMillis)]),
    onMillis: () => (isOff() ? on : on + performance.now() - since),
    costRate: () => governor.report().find(({ group }) => group === 'requests')?.costRate ?? Number.NaN,
    end: async () => {
      await governor.stop();
      await session.detach();
    },
  };
}

async function late(millis: number): Promise<never> {
  await pause(millis, new AbortController().signal);
  throw new Error(`no window within ${millis} ms: was anything shed?`);
}
