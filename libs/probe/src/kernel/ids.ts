/**
 * The kernel's BPF objects by their ids: which ones a process holds, and which of them are still there. So it can be shown
 * that nothing of a session outlives it, whatever others do on the same machine. Needs root.
 *
 *   /proc/PID/fdinfo/N: map_id, prog_id, link_id (kernel/bpf/syscall.c, bpf_map_show_fdinfo and its like)
 */
import { readdirSync, readFileSync } from 'node:fs';
import { openArena } from './arena.ts';
import { bpfFailed } from './bpf-syscall.ts';
import { openLibc } from './libc.ts';

/** "map 12", "prog 7", "link 3" */
export type BpfObjectId = `${keyof typeof BY_ID} ${number}`;

/** include/uapi/linux/bpf.h, enum bpf_cmd: BPF_*_GET_FD_BY_ID */
const BY_ID = { prog: 13, map: 14, link: 30 } as const;
const LINE = /^(map|prog|link)_id:\s*(\d+)$/gm;

/** Those of one process, by its descriptors. One that ends meanwhile holds nothing. */
export function heldBpfObjects(pid: number): ReadonlySet<BpfObjectId> {
  const folder = `/proc/${pid}/fdinfo`;
  const texts = listed(folder).map((fd) => readable(`${folder}/${fd}`));
  // The expression takes only these words.
  return new Set(
    texts.flatMap((text) => [...text.matchAll(LINE)].map(([, kind, id]) => `${kind} ${id}` as BpfObjectId)),
  );
}

/** Which of them the kernel still has. The last descriptor's end and the object's are some milliseconds apart (RCU). */
export function livingBpfObjects(ids: Iterable<BpfObjectId>): readonly BpfObjectId[] {
  const libc = openLibc();
  const arena = openArena(libc, 64);
  try {
    return [...ids].filter((object) => {
      const [kind, id] = object.split(' ');
      arena.reset();
      // union bpf_attr: 0 id
      const attribute = arena.take(16);
      attribute.view.setUint32(0, Number(id), true);
      // BpfObjectId begins with one of these words.
      const fd = libc.bpf(BY_ID[kind as keyof typeof BY_ID], attribute.address, 12);
      if (fd >= 0) libc.close(fd);
      else if (libc.lastError() !== 'ENOENT') throw bpfFailed(`asking for ${object}`, libc.lastError());
      return fd >= 0;
    });
  } finally {
    arena.close();
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readable(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
