/** The agent of a run: started again if it ends by itself, each time as an agent of its own, all of them counted. */
import type { DataPaths } from '../world/paths.ts';
import type { RunningProcess } from '../world/process.ts';
import { startAgent, type AgentTarget } from '../world/roles.ts';
import { supervise, type Supervised } from '../world/supervise.ts';

export interface Attached {
  readonly agent: string;
  readonly attachMs: number;
  readonly probes: number;
  readonly goVersion: string;
  readonly platform: string;
}

export interface SupervisedAgent extends Supervised {
  /** what the agent that runs now said when it attached */
  readonly attached: () => Attached;
  /** of every agent of this run: after a restart there are several */
  readonly ids: () => readonly string[];
}

export async function superviseAgent(
  paths: DataPaths,
  { kafkaBrokers }: { readonly kafkaBrokers: readonly string[] },
  target: AgentTarget,
  say: (line: string) => void,
): Promise<SupervisedAgent> {
  const all: Attached[] = [];
  const start = async (): Promise<RunningProcess> => {
    const process = await startAgent(paths, kafkaBrokers, target);
    all.push(readAttached(await process.event('attached', 1)));
    return process;
  };
  // It ends in order when the service does, or when somebody switched the probes off.
  const supervised = await supervise({ start, say, isWanted: (status) => status === 0 });
  return {
    ...supervised,
    attached: () => all.at(-1) ?? readAttached({}),
    ids: () => all.map(({ agent }) => agent),
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
