/** An agent on one process, with the families of the scenario. */
import { join } from 'node:path';
import { readAttached } from '../start/supervised-agent.ts';
import { REPO_ROOT, type DataPaths } from '../world/paths.ts';
import { startProcess } from '../world/process.ts';

export interface Watched {
  readonly pid: number;
  readonly service: string;
  readonly families?: readonly string[] | undefined;
}

export interface Agent {
  /** as it stands in all rows */
  readonly id: string;
  readonly platform: string;
  readonly stop: () => Promise<void>;
}

const ATTACH_MILLIS = 60_000;

export async function attachAgent(paths: DataPaths, brokers: readonly string[], watched: Watched): Promise<Agent> {
  const agent = startProcess({
    name: `agent-${watched.service}`,
    command: process.execPath,
    args: ['--max-old-space-size=256', join(REPO_ROOT, 'apps/ingest/dist/main.js'), ...argsOf(paths, brokers, watched)],
    logFile: join(paths.logs, `agent-${watched.service}.log`),
  });
  const { agent: id, platform } = readAttached(await agent.event('attached', ATTACH_MILLIS));
  return { id, platform, stop: () => agent.stop() };
}

function argsOf(paths: DataPaths, brokers: readonly string[], { pid, service, families }: Watched): readonly string[] {
  const wanted = families === undefined ? [] : ['--families', families.join(',')];
  const to = ['--kafka-brokers', brokers.join(','), '--data-dir', join(paths.agentData, service)];
  return ['agent', '--pid', String(pid), '--service', service, ...to, ...wanted];
}
