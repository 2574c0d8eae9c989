/** Who listens on which TCP port of this host. Reads /proc: net/tcp, net/tcp6 and everybody's descriptors. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { processIds } from '../agent/process-table.ts';
import { commandLine, isMapscope } from '../process/command-line.ts';
import { attempt } from '../process/attempt.ts';

export interface PortOwner {
  /** undefined: whose it is may not be seen */
  readonly pid: number | undefined;
  readonly program: string;
  readonly isOurs: boolean;
}

export function portOwners(): ReadonlyMap<number, PortOwner> {
  const listening = [...listeners(text('/proc/net/tcp')), ...listeners(text('/proc/net/tcp6'))];
  const pids = listening.length === 0 ? new Map<string, number>() : socketHolders();
  return new Map(
    listening.map(({ port, inode }) => {
      const pid = pids.get(inode);
      const words = pid === undefined ? [] : commandLine(pid);
      return [port, { pid, program: words[0] ?? 'unknown', isOurs: isMapscope(words) }];
    }),
  );
}

/** Documentation/networking/proc_net_tcp.rst: `sl local_address rem_address st …`, 0A is LISTEN, the tenth field the inode. */
export function listeners(table: string): readonly { readonly port: number; readonly inode: string }[] {
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
    return fields[3] === '0A' && Number.isInteger(port) ? [{ port, inode: fields[9] ?? '' }] : [];
  });
}

function socketHolders(): ReadonlyMap<string, number> {
  const found = processIds().flatMap((pid) =>
    links(`/proc/${pid}/fd`).flatMap((link): [string, number][] => {
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      return inode === undefined ? [] : [[inode, pid]];
    }),
  );
  return new Map(found);
}

function links(folder: string): readonly string[] {
  return (attempt(() => readdirSync(folder)) ?? []).flatMap(
    (name) => attempt(() => readlinkSync(`${folder}/${name}`)) ?? [],
  );
}

const text = (path: string): string => attempt(() => readFileSync(path, 'latin1')) ?? '';
