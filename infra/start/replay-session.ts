/**
 * A run that replays a recording: the same broker, engine, writer and API; instead of service and agent the role `replay`.
 *
 *   recording ─► role replay ─► Kafka ─► writer ─► ClickHouse ─► API ─► verdict, computed now
 *
 * Recorded trace ids and times would mix with live data, and with the replay before: each replay has topics and a
 * database of its own, and unless told otherwise a data directory of its own, which goes with it.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { residentMiB } from '../world/memory.ts';
import { dataPaths, REPO_ROOT } from '../world/paths.ts';
import { openWorld, type Voices, type World } from '../world/world.ts';
import { apiClient, type ApiClient } from './api.ts';
import type { StartOptions } from './options.ts';
import { replayAll, type Replayed } from './replay-role.ts';
import { isSettled, saidLast, type PipelineReport } from './report.ts';
import { settled, type Session } from './session.ts';
import type { Target } from './target.ts';

const DEFAULT_RECORDING = join(REPO_ROOT, 'infra/replay/order-lock.capture');

export async function openReplay(options: StartOptions, voices: Voices): Promise<Session> {
  const { progress } = voices;
  const [recording] = options.recording;
  const file = recording === undefined ? DEFAULT_RECORDING : resolve(recording);
  const data = dataFolder(options.dataDir);
  useOwnSpace(randomBytes(4).toString('hex'));
  const paths = dataPaths(data.folder);
  const ports = {
    api: options.port,
    kafka: options.kafkaPort,
    clickhouse: options.clickhousePort,
    otlp: options.otlpPort,
  };
  const given = { kafkaBrokers: options.kafkaBrokers, clickhouseUrl: options.clickhouseUrl, ports };
  const world = await openWorld(paths, given, voices);
  try {
    const replayed = await progress(
      'replay',
      () => replayAll(paths, world.kafkaBrokers, file),
      ({ rows }) => `${rows} rows of ${file}`,
    );
    const api = apiClient(world.apiUrl);
    await progress(
      'stored',
      () => allStored(api, replayed),
      ({ inserted, ringSubmitted }) => `${inserted} of ${ringSubmitted} events`,
    );
    const close = async (): Promise<void> => {
      await world.close();
      data.remove();
    };
    return sessionOf({ world, api }, replayed, close);
  } catch (error) {
    // The folder stays: its logs are what helps.
    await world.close();
    throw error;
  }
}

const STORE_TIMEOUT_MILLIS = 180_000;

/** Part of a recording has another answer than the whole: so it is all or an error. */
async function allStored(api: ApiClient, { attached }: Replayed): Promise<PipelineReport> {
  const pipeline = await settled(api, [attached.agent], { timeoutMillis: STORE_TIMEOUT_MILLIS, everyMillis: 2_000 });
  if (isSettled(pipeline) && saidLast(await api.status(), attached.agent)) return pipeline;
  throw new MapscopeError(
    'NO_VERDICT',
    `after ${STORE_TIMEOUT_MILLIS / 1000} s ${pipeline.inserted} events of the recording are stored, not all: free the machine's CPU and try again; the writer's log is in the data directory's logs`,
    { facts: { ...pipeline } },
  );
}

function dataFolder(given: string | undefined): { readonly folder: string; readonly remove: () => void } {
  if (given !== undefined) return { folder: given, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-replay-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Writer, API and the role read these names from the environment that they inherit. */
function useOwnSpace(id: string): void {
  process.env['MAPSCOPE_TOPIC_PREFIX'] = `replay-${id}.`;
  process.env['CLICKHOUSE_DATABASE'] = `mapscope_replay_${id}`;
}

interface Reach {
  readonly world: World;
  readonly api: ApiClient;
}

function sessionOf({ world, api }: Reach, replayed: Replayed, close: () => Promise<void>): Session {
  const { service, fromUnixMillis, toUnixMillis, attached, replay } = replayed;
  const pids = (): number[] => world.processes().map((process) => process.pid);
  return {
    world,
    target: recordedService(replayed),
    api,
    attached,
    replay,
    startedUnixMillis: fromUnixMillis,
    processes: world.processes,
    rootCause: () => api.rootCause(service, fromUnixMillis, toUnixMillis),
    residentMiB: () => residentMiB(pids()),
    drain: () => settled(api, [attached.agent]),
    close,
  };
}

const nothing = async (): Promise<void> => undefined;

/** There is no service here to load, break or outlive. */
function recordedService({ service, pid, attached }: Replayed): Target {
  return {
    service,
    pid,
    describe: `${service} (${attached.goVersion}), recorded; no service is watched now`,
    startLoad: nothing,
    stopLoad: nothing,
    alive: () => true,
    stop: nothing,
  };
}
