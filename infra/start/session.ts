/** One run: the world, the watched service and the agent on it. Opened in order, closed in the opposite one. */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RootCauseAnswer } from '@mapscope/contract';
import { startFleet, type Fleet } from '../arm64/fleet.ts';
import type { Progress } from '../setup/steps.ts';
import { ensureGo } from '../setup/tasks/go-toolchain.ts';
import { residentMiB } from '../world/memory.ts';
import { dataPaths, type DataPaths } from '../world/paths.ts';
import { superviseAgent, type Attached, type SupervisedAgent } from './supervised-agent.ts';
import type { RunningProcess } from '../world/process.ts';
import type { AgentTarget } from '../world/roles.ts';
import { openWorld, type Voices, type World } from '../world/world.ts';
import { apiClient, type ApiClient } from './api.ts';
import { buildDemo, startDemo } from './demo-target.ts';
import type { StartOptions } from './options.ts';
import { openOwn } from './own-target.ts';
import { isSettled, pipelineOf, saidLast, type PipelineReport, type ReplayFacts } from './report.ts';
import type { Target } from './target.ts';

export interface Session {
  readonly world: World;
  readonly target: Target;
  readonly api: ApiClient;
  readonly attached: Attached;
  /** absent: the service is watched now */
  readonly replay?: ReplayFacts | undefined;
  /** when the probes were on and traffic began, unix ms: nothing older is part of this run */
  readonly startedUnixMillis: number;
  readonly rootCause: () => Promise<RootCauseAnswer>;
  /** what runs now of the world, and the agent; others after a restart */
  readonly processes: () => readonly RunningProcess[];
  /** of everything started here, the watched service included */
  readonly residentMiB: () => number;
  /** stops load and agent, waits until all that was seen is stored, and counts it */
  readonly drain: () => Promise<PipelineReport>;
  readonly close: () => Promise<void>;
}

export async function openSession(options: StartOptions, voices: Voices): Promise<Session> {
  const { progress } = voices;
  const paths = dataPaths(options.dataDir);
  const ports = {
    api: options.port,
    kafka: options.kafkaPort,
    clickhouse: options.clickhousePort,
    otlp: options.otlpPort,
  };
  const binaries = options.exe === undefined ? await demoBinaries(paths, options, progress) : undefined;
  const given = { kafkaBrokers: options.kafkaBrokers, clickhouseUrl: options.clickhouseUrl, ports };
  const world = await openWorld(paths, given, voices);
  const opened: (() => Promise<void>)[] = [world.close];
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).toReversed()) await end();
  };
  try {
    const target = await progress(
      'service',
      () => openTarget(paths, options, binaries),
      (it) => it.describe,
    );
    opened.push(target.stop);
    const agent = await progress(
      'agent',
      () => superviseAgent(paths, world, agentTarget(target, options), voices.say),
      (it) => `pid ${it.current().pid}`,
    );
    opened.push(agent.stop);
    await target.startLoad();
    const fleet = options.arm64 ? await openFleet(paths, world, options, progress) : undefined;
    if (fleet !== undefined) opened.push(fleet.stop);
    const broken = fleet === undefined ? target : { ...target, ...faultsOf(fleet, options) };
    return await sessionOf({ world, target: broken, agent, fleet, close });
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same service on the other platform: its agent publishes to the broker that was started here. */
function openFleet(paths: DataPaths, world: World, options: StartOptions, progress: Progress): Promise<Fleet> {
  const brokerPort = Number(world.kafkaBrokers[0]?.split(':').at(-1));
  const { go: goVersion, rate: requestsPerSecond } = options;
  return progress(
    'arm64 machine',
    () => startFleet(paths, { brokerPort, goVersion, requestsPerSecond }),
    ({ attached }) => String(attached['platform']),
  );
}

/** With two platforms one stays whole, to compare with: what is broken is the service in the arm64 machine. */
const faultsOf = (fleet: Fleet, { fault }: StartOptions): Pick<Target, 'breakIt' | 'fixIt'> => ({
  breakIt: async () => {
    await fleet.setFault(fault);
    return `fault "${fault}" is on, in the arm64 machine alone`;
  },
  fixIt: async () => {
    await fleet.setFault('none');
    return 'mended';
  },
});

const agentTarget = ({ pid, service }: Target, { capture }: StartOptions): AgentTarget => ({
  pid,
  service,
  capture: capture === undefined ? undefined : resolve(capture),
});

type DemoBinaries = Awaited<ReturnType<typeof buildDemo>>;

async function demoBinaries(
  paths: DataPaths,
  { go, capture }: Pick<StartOptions, 'go' | 'capture'>,
  progress: Progress,
): Promise<DemoBinaries> {
  await progress(`Go ${go}`, () => ensureGo(paths, go));
  return progress(
    'demo service',
    () => buildDemo(paths, go, { trimPaths: capture !== undefined }),
    () => 'built',
  );
}

function openTarget(paths: DataPaths, options: StartOptions, binaries: DemoBinaries | undefined): Promise<Target> {
  if (binaries !== undefined) {
    return startDemo(paths, binaries, { fault: options.fault, requestsPerSecond: options.rate });
  }
  // Without --exe there are binaries; with it, exe is given.
  return openOwn(paths, { ...options, exe: options.exe ?? '' });
}

interface Parts {
  readonly world: World;
  readonly target: Target;
  readonly agent: SupervisedAgent;
  readonly fleet: Fleet | undefined;
  readonly close: () => Promise<void>;
}

async function sessionOf({ world, target, agent, fleet, close }: Parts): Promise<Session> {
  const attached = agent.attached();
  const api = apiClient(world.apiUrl);
  const startedUnixMillis = Date.now();
  const processes = (): readonly RunningProcess[] => [...world.processes(), agent.current()];
  const pids = (): number[] => [...processes().map((process) => process.pid), target.pid];
  return {
    world,
    target,
    api,
    attached,
    startedUnixMillis,
    processes,
    rootCause: () => api.rootCause(target.service, startedUnixMillis),
    residentMiB: () => residentMiB(pids()),
    drain: async () => {
      await target.stopLoad();
      await Promise.all([agent.stop(), fleet?.stop()]);
      return settled(api, [...agent.ids(), ...(fleet === undefined ? [] : [String(fleet.attached['agent'])])]);
    },
    close,
  };
}

interface Patience {
  readonly timeoutMillis: number;
  /** counting costs the engine what inserting needs */
  readonly everyMillis: number;
}

const A_MOMENT: Patience = { timeoutMillis: 20_000, everyMillis: 250 };

/** The agent has sent all and ended; the writer needs a moment more. What never arrives shows as a difference. */
export async function settled(
  api: ApiClient,
  agents: readonly string[],
  { timeoutMillis, everyMillis } = A_MOMENT,
): Promise<PipelineReport> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const status = await api.status();
    const pipeline = pipelineOf(status, agents);
    if ((agents.every((agent) => saidLast(status, agent)) && isSettled(pipeline)) || Date.now() > deadline)
      return pipeline;
    await sleep(everyMillis);
  }
}
