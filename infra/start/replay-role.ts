/** The ingest role `replay` as a child process, and what it says of the recording when it begins. */
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { REPO_ROOT, type DataPaths } from '../world/paths.ts';
import { startProcess, type RunningProcess } from '../world/process.ts';
import type { ReplayFacts } from './report.ts';
import { readAttached, type Attached } from './supervised-agent.ts';

const INGEST = join(REPO_ROOT, 'apps/ingest/dist/main.js');
const START_TIMEOUT_MILLIS = 60_000;
/** All at once it takes seconds; a recording has a bound of 256 MiB. */
const END_TIMEOUT_MILLIS = 300_000;

export interface Replayed {
  readonly attached: Attached;
  readonly replay: ReplayFacts;
  readonly service: string;
  readonly pid: number;
  readonly rows: number;
  /** the times it has now */
  readonly fromUnixMillis: number;
  readonly toUnixMillis: number;
}

/** Resolves when every batch of the recording is acknowledged by Kafka. */
export async function replayAll(paths: DataPaths, brokers: readonly string[], file: string): Promise<Replayed> {
  const role = startRole(paths, brokers, file);
  try {
    const attached = await role.event('attached', START_TIMEOUT_MILLIS);
    await role.event('stopped', END_TIMEOUT_MILLIS);
    return {
      attached: readAttached(attached),
      replay: readReplay(attached['replay']),
      service: String(attached['service']),
      pid: Number(attached['pid']),
      rows: Number(attached['rows']),
      fromUnixMillis: Number(attached['fromUnixMillis']),
      toUnixMillis: Number(attached['toUnixMillis']),
    };
  } finally {
    await role.stop();
  }
}

function startRole(paths: DataPaths, brokers: readonly string[], file: string): RunningProcess {
  return startProcess({
    name: 'replay',
    command: process.execPath,
    args: ['--max-old-space-size=256', INGEST, 'replay', '--file', file, '--kafka-brokers', brokers.join(',')],
    logFile: join(paths.logs, 'replay.log'),
  });
}

/** Without it nothing could be labelled, so nothing is shown. */
function readReplay(value: unknown): ReplayFacts {
  if (typeof value !== 'object' || value === null)
    throw new MapscopeError('INTERNAL', 'the role replay told no source');
  // An object's fields are unknown values by name.
  const fields = value as Readonly<Record<string, unknown>>;
  const text = (name: keyof ReplayFacts): string => String(fields[name]);
  return {
    recordedAt: text('recordedAt'),
    kernel: text('kernel'),
    buildId: text('buildId'),
    goVersion: text('goVersion'),
  };
}
