/**
 * Which processes are to be ended, and what is left afterwards? Pure; run-detach.ts looks and signals.
 *
 *   link of ours ─► held by ─┬ an agent of ours ─► SIGTERM: it shuts its gate, detaches, publishes the rest
 *                            └ anybody else ─────► left alone and told: only its owner knows what it is
 *   link of another tool ──────────────────────► untouched, counted
 */
import type { ProbeLink } from '@mapscope/probe';

export interface HeldLink extends ProbeLink {
  /** processes that have it open; several where a child inherited it */
  readonly holders: readonly number[];
}

export interface Found {
  readonly links: readonly HeldLink[];
  /** processes of ours that run the role agent, with what they hold or without */
  readonly agents: readonly number[];
  /** only these; undefined: all */
  readonly scope: readonly number[] | undefined;
}

export interface DetachPlan {
  readonly end: readonly number[];
}

/** Agents that hold nothing yet are ended too: they would attach in a moment. */
export function planDetach({ agents, scope }: Found): DetachPlan {
  return { end: scope === undefined ? agents : agents.filter((pid) => scope.includes(pid)) };
}

export interface Left {
  /** ours, and still there */
  readonly ours: readonly HeldLink[];
  readonly foreign: number;
}

/** @param scopeLinks ids of links that are to be gone; undefined: all of ours */
export function whatIsLeft(links: readonly HeldLink[], scopeLinks: ReadonlySet<number> | undefined): Left {
  const mine = links.filter(({ ours }) => ours);
  return {
    ours: scopeLinks === undefined ? mine : mine.filter(({ id }) => scopeLinks.has(id)),
    foreign: links.length - mine.length,
  };
}

export function describeLeft({ id, program, path, pid, holders }: HeldLink): string {
  const by = holders.length === 0 ? 'by nobody that can be seen (pinned?)' : `by process ${holders.join(', ')}`;
  const mend =
    holders.length === 0
      ? 'look for it with bpftool link show'
      : `it dies with that process: kill ${holders.join(' ')}, or kill -9 if it does not end`;
  return `link ${id} (${program}) on process ${pid}, ${path}, is held ${by}: ${mend}`;
}
