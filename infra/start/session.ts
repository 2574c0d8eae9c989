/** One run: the world, the watched service and the agent on it. Opened in order, closed in the opposite one. */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RootCauseAnswer } from '@mapscope/contract';
import type { Progress } from '../setup/steps.ts';
import { ensureGo } from '../setup/tasks/go-toolchain.ts';
import { residentBytes } from '../world/memory.ts';
import { dataPaths, type DataPaths } from '../world/paths.ts';
import type { RunningProcess } from '../world/process.ts';
import { startAgent } from '../world/roles.ts';
import { openWorld, type World } from '../world/world.ts';
import { apiClient, type ApiClient } from './api.ts';
import { buildDemo, startDemo } from './demo-target.ts';
import type { StartOptions } from './options.ts';
import { openOwn } from './own-target.ts';
import { isSettled, pipelineOf, type PipelineReport, type ReplayFacts } from './report.ts';
import type { Target } from './target.ts';

export interface Attached {
  readonly agent: string;
  readonly attachMs: number;
  readonly probes: number;
  readonly goVersion: string;
  readonly platform: string;
}

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
  /** of everything started here, the watched service included */
  readonly residentMiB: () => number;
  /** stops load and agent, waits until all that was seen is stored, and counts it */
  readonly drain: () => Promise<PipelineReport>;
  readonly close: () => Promise<void>;
}

export async function openSession(options: StartOptions, progress: Progress): Promise<Session> {
  const paths = dataPaths(options.dataDir);
  const ports = { api: options.port, kafka: options.kafkaPort, clickhouse: options.clickhousePort };
  // The agent reads it from the environment that it inherits.
  if (options.capture !== undefined) process.env['MAPSCOPE_CAPTURE'] = resolve(options.capture);
  const binaries = options.exe === undefined ? await demoBinaries(paths, options, progress) : undefined;
  const given = { kafkaBrokers: options.kafkaBrokers, clickhouseUrl: options.clickhouseUrl, ports };
  const world = await openWorld(paths, given, progress);
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
      () => startAgent(paths, world.kafkaBrokers, target),
      (it) => `pid ${it.pid}`,
    );
    opened.push(agent.stop);
    await target.startLoad();
    return await sessionOf({ world, target, agent, close });
  } catch (error) {
    await close();
    throw error;
  }
}

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
  readonly agent: RunningProcess;
  readonly close: () => Promise<void>;
}

async function sessionOf({ world, target, agent, close }: Parts): Promise<Session> {
  const attached = readAttached(await agent.event('attached', 1));
  const api = apiClient(world.apiUrl);
  const startedUnixMillis = Date.now();
  const pids = (): number[] => [...world.processes(), agent].map((process) => process.pid).concat(target.pid);
  return {
    world,
    target,
    api,
    attached,
    startedUnixMillis,
    rootCause: () => api.rootCause(target.service, startedUnixMillis),
    residentMiB: () => Math.round(pids().reduce((sum, pid) => sum + residentBytes(pid), 0) / 2 ** 20),
    drain: async () => {
      await target.stopLoad();
      await agent.stop();
      return settled(api, attached.agent);
    },
    close,
  };
}

export function readAttached(event: Readonly<Record<string, unknown>>): Attached {
  return {
    agent: String(event['agent']),
    attachMs: Number(event['attachMs']),
    probes: Number(event['probes']),
    goVersion: String(event['goVersion']),
    platform: String(event['platform']),
  };
}

const SETTLE_TIMEOUT_MILLIS = 20_000;

/** The agent has sent all and ended; the writer needs a moment more. What never arrives shows as a difference. */
export async function settled(
  api: ApiClient,
  agent: string,
  timeoutMillis = SETTLE_TIMEOUT_MILLIS,
): Promise<PipelineReport> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const pipeline = pipelineOf(await api.status(), agent);
    if (isSettled(pipeline) || Date.now() > deadline) return pipeline;
    await sleep(250);
  }
}
