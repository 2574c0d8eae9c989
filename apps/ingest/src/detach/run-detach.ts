/** The role `detach`: ends the probes of all agents on this host, and looks whether none is left. 0: none is, 1: some are. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MapscopeError } from '@mapscope/events';
import { findJournals, thisMachine } from '../agent/journal/journal-folder.ts';
import { processIds, startTicks } from '../agent/process-table.ts';
import { commandLine, isAgent } from '../process/command-line.ts';
import { heldLinks } from './link-holders.ts';
import type { DetachConfig } from './options.ts';
import { type HeldLink, describeLeft, planDetach, whatIsLeft } from './plan-detach.ts';

export type Print = (line: string) => void;

const LOOK_MILLIS = 100;

interface Agent {
  readonly pid: number;
  readonly startTicks: string;
}

export async function runDetach(config: DetachConfig, print: Print): Promise<0 | 1> {
  if (!config.all) throw new MapscopeError('CONFIG_INVALID', 'say what to detach: --all ends all probes on this host');
  if (process.geteuid?.() !== 0)
    throw new MapscopeError('NOT_ROOT', 'ending probes of others needs root: run with sudo');
  const before = heldLinks();
  const agents = processIds().filter((pid) => pid !== process.pid && isAgent(commandLine(pid)));
  const scope = config.dataDir === undefined ? undefined : journaled(config.dataDir);
  const { end } = planDetach({ links: before, agents: [...agents, ...(scope ?? [])], scope });
  const ended = await endAll([...new Set(end)], config.waitSeconds);
  const scopeLinks = scope === undefined ? undefined : linksHeldBy(before, end);
  return tell(config, print, { ...ended, ...whatIsLeft(heldLinks(), scopeLinks) });
}

/** Agents that run, by the journals of a data folder: its own words say who it is. */
function journaled(dataDir: string): readonly number[] {
  const { bootId, pidNamespace } = thisMachine();
  return findJournals(join(dataDir, 'journals')).flatMap(({ record }) => {
    const here = record?.machine.bootId === bootId && record.machine.pidNamespace === pidNamespace;
    return here && startTicks(record.self.pid) === record.self.startTicks ? [record.self.pid] : [];
  });
}

const linksHeldBy = (links: readonly HeldLink[], pids: readonly number[]): ReadonlySet<number> =>
  new Set(links.filter(({ holders }) => holders.some((pid) => pids.includes(pid))).map(({ id }) => id));

interface Ended {
  readonly ended: readonly number[];
  readonly stillRunning: readonly number[];
}

const runs = (agent: Agent): boolean => startTicks(agent.pid) === agent.startTicks;

async function endAll(pids: readonly number[], waitSeconds: number): Promise<Ended> {
  const agents = pids.flatMap((pid): Agent[] => {
    const ticks = startTicks(pid);
    return ticks === undefined ? [] : [{ pid, startTicks: ticks }];
  });
  for (const { pid } of agents) signal(pid);
  const deadline = performance.now() + waitSeconds * 1_000;
  while (agents.some(runs) && performance.now() < deadline) await sleep(LOOK_MILLIS);
  const stillRunning = agents.filter(runs).map(({ pid }) => pid);
  return { ended: agents.map(({ pid }) => pid).filter((pid) => !stillRunning.includes(pid)), stillRunning };
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // gone in between; whoever is still there is told afterwards
  }
}

interface Result extends Ended {
  readonly ours: readonly HeldLink[];
  readonly foreign: number;
}

function tell({ json, waitSeconds }: DetachConfig, print: Print, result: Result): 0 | 1 {
  const { ended, stillRunning, ours, foreign } = result;
  const ok = ours.length === 0 && stillRunning.length === 0;
  if (json) {
    print(JSON.stringify({ ok, ended, stillRunning, left: ours, foreignLinks: foreign }));
    return ok ? 0 : 1;
  }
  print(ended.length === 0 ? 'no agent ended' : `ended: process ${ended.join(', ')}`);
  for (const pid of stillRunning) {
    print(`not ok  process ${pid} still runs after ${waitSeconds} s: wait, or kill -9 ${pid}: its probes die with it`);
  }
  for (const link of ours) print(`not ok  ${describeLeft(link)}`);
  if (ours.length === 0) print('ok      no probe of ours is left');
  if (foreign > 0) print(`        ${foreign} uprobe links of other tools: untouched`);
  return ok ? 0 : 1;
}
