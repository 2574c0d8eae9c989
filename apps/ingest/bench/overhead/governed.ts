/** A session with the agent's governor, as an agent has it; what it reads is packed and dropped instead of being sent. */
import { readFileSync } from 'node:fs';
import { parseAgentId } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import { type ProbeSession, openProbeSession } from '@mapscope/probe';
import { DEFAULT_SHARE, budgetOf } from '@mapscope/rollout';
import { MAX_VALUE_BYTES, pause } from '@mapscope/stream';
import { makeBatcher } from '../../src/agent/batcher.ts';
import { type GovernedSession, governSession } from '../../src/agent/governor/govern-session.ts';
import { DEFAULT_OVERHEAD, overheadShare } from '../../src/agent/governor/overhead.ts';
import { DEFAULT_FAMILIES } from '../../src/agent/options.ts';
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

/** Defaults of src/agent/options.ts. */
const RING_BYTES = 16 << 20;
const FLUSH_MILLIS = 500;
const clock = systemClock();
const IDENTITY = { agent: parseAgentId('0123456789abcdef0123456789abcdef'), boot: 1n, service: 'bench', platform: '' };
const fail = (error: Error): void => void process.stderr.write(`${error.message}\n`);

export async function openGoverned(service: Service): Promise<Governed> {
  const session = await openSession(service);
  const windows = countWindows(session);
  const governor = governSession({
    session: { ...session, switchGroup: windows.switchGroup },
    budget: budgetOf(overheadShare(DEFAULT_OVERHEAD) ?? DEFAULT_SHARE),
    monotonicNanos: clock.monotonicNanos,
    cpuNanos: () => cpuNanos(service.pid),
    pause,
    onEvent: () => undefined,
    onProblem: fail,
  });
  return {
    nextWindow: async (withinMillis) => {
      const inTime = new AbortController();
      await Promise.race([windows.next(), late(withinMillis, inTime.signal)]).finally(() => inTime.abort());
    },
    onMillis: () => windows.onMillis(governor.isOff('requests')),
    costRate: () => governor.report().find(({ group }) => group === 'requests')?.costRate ?? Number.NaN,
    end: async () => {
      await governor.stop();
      await session.detach();
    },
  };
}

function openSession({ pid, executable }: Service): Promise<ProbeSession> {
  const batcher = makeBatcher(IDENTITY, MAX_VALUE_BYTES);
  return openProbeSession({
    pid,
    executablePath: executable,
    binary: readGoBinary(readFileSync(executable)),
    families: DEFAULT_FAMILIES,
    ringBytes: RING_BYTES,
    flushMillis: FLUSH_MILLIS,
    service: 'bench',
    platform: '',
    clock,
    onColumns: (columns) => void batcher.prepare(columns, { submitted: 0n, lost: 0n }),
    onProblem: fail,
  });
}

function countWindows(session: ProbeSession) {
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
  const onMillis = (isOff: boolean): number => (isOff ? on : on + performance.now() - since);
  return { switchGroup, onMillis, next: () => window.promise };
}

async function late(millis: number, inTime: AbortSignal): Promise<never> {
  await pause(millis, inTime);
  throw new Error(`no window within ${millis} ms: was anything shed?`);
}
