/** Which process holds which BPF link. proc(5), /proc/PID/fdinfo: a link's descriptor tells `link_id`. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { type ProbeLink, probeLinks } from '@mapscope/probe';
import { processIds } from '../agent/process-table.ts';
import type { HeldLink } from './plan-detach.ts';
import { attempt } from '../process/attempt.ts';

export function heldLinks(): readonly HeldLink[] {
  const links = probeLinks();
  return links.length === 0 ? [] : withHolders(links, holdersOfLinks());
}

function withHolders(links: readonly ProbeLink[], holders: ReadonlyMap<number, readonly number[]>): HeldLink[] {
  return links.map((link) => ({ ...link, holders: holders.get(link.id) ?? [] }));
}

function holdersOfLinks(): ReadonlyMap<number, readonly number[]> {
  const holders = new Map<number, number[]>();
  for (const pid of processIds()) {
    for (const id of new Set(linksOf(pid))) holders.set(id, [...(holders.get(id) ?? []), pid]);
  }
  return holders;
}

function linksOf(pid: number): readonly number[] {
  const fds = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return fds.flatMap((fd) => {
    // kernel/bpf/syscall.c, bpf_link_new_fd: anon_inode_getfd("bpf_link", …); newer ones name the kind behind it
    const name = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '';
    if (!/^anon_inode:\[?bpf[_-]link/.test(name)) return [];
    const info = attempt(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1')) ?? '';
    const id = /^link_id:\s*(\d+)/m.exec(info)?.[1];
    return id === undefined ? [] : [Number(id)];
  });
}
