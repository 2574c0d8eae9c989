/**
 * Every uprobe-multi link of this kernel, ours and others': to verify that nothing of ours is left behind, and for
 * whoever asks what is attached. Needs root. Links die with the last descriptor of them, so with their process.
 *
 *   BPF_LINK_GET_NEXT_ID ─► id ─ BPF_LINK_GET_FD_BY_ID ─► descriptor ─ BPF_OBJ_GET_INFO_BY_FD ─► struct bpf_link_info
 *   its prog_id ─ BPF_PROG_GET_FD_BY_ID ─► descriptor ─ BPF_OBJ_GET_INFO_BY_FD ─► struct bpf_prog_info
 */
import { FAMILIES } from '../families/families.ts';
import { openArena } from './arena.ts';
import type { Arena, Piece } from './arena.ts';
import { bpfFailed } from './bpf-syscall.ts';
import { openLibc } from './libc.ts';
import type { Libc } from './libc.ts';

export interface ProbeLink {
  /** as in /proc/PID/fdinfo, link_id */
  readonly id: number;
  /** of the program; 15 characters at most */
  readonly program: string;
  /** a program of this release has this name */
  readonly ours: boolean;
  /** of the probed file; '' before Linux 6.8, which does not tell */
  readonly path: string;
  /** of the probed process; 0: any, or before Linux 6.8 */
  readonly pid: number;
}

/** include/uapi/linux/bpf.h, enum bpf_cmd and enum bpf_link_type */
const COMMAND = { objectInfo: 15, programById: 13, linkById: 30, nextLinkId: 31 } as const;
const LINK_UPROBE_MULTI = 12;
/** BPF_OBJ_NAME_LEN with its final zero */
const NAME_BYTES = 15;
const PATH_BYTES = 4096;
const ARENA_BYTES = 16 * 1024;

const PROGRAMS = new Set(Object.values(FAMILIES).map(({ program }) => program.slice(0, NAME_BYTES)));

export function probeLinks(): readonly ProbeLink[] {
  const libc = openLibc();
  const arena = openArena(libc, ARENA_BYTES);
  try {
    return linkIds({ libc, arena }).flatMap((id) => readLink({ libc, arena }, id) ?? []);
  } finally {
    arena.close();
  }
}

interface Caller {
  readonly libc: Libc;
  readonly arena: Arena;
}

/** union bpf_attr: 0 start_id  4 next_id */
function linkIds({ libc, arena }: Caller): readonly number[] {
  const ids: number[] = [];
  for (;;) {
    arena.reset();
    const attribute = arena.take(16);
    attribute.view.setUint32(0, ids.at(-1) ?? 0, true);
    if (libc.bpf(COMMAND.nextLinkId, attribute.address, 12) < 0) {
      if (libc.lastError() === 'ENOENT') return ids;
      throw bpfFailed('listing the links of this kernel', libc.lastError());
    }
    ids.push(attribute.view.getUint32(4, true));
  }
}

/**
 * struct bpf_link_info of a uprobe-multi link:
 *    0 type  4 id  8 prog_id  16 path  24 offsets  32 ref_ctr_offsets  40 cookies  48 path_size  52 count  56 flags  60 pid
 */
function readLink(caller: Caller, id: number): ProbeLink | undefined {
  return withObject(caller, 'linkById', id, (fd) => {
    const info = caller.arena.take(64);
    const path = caller.arena.take(PATH_BYTES);
    info.view.setBigUint64(16, path.address, true);
    info.view.setUint32(48, PATH_BYTES, true);
    if (!readInfo(caller, fd, info) || info.view.getUint32(0, true) !== LINK_UPROBE_MULTI) return undefined;
    const [text, pid, programId] = [textOf(path.bytes), info.view.getUint32(60, true), info.view.getUint32(8, true)];
    const program = programName(caller, programId);
    return { id, program, ours: PROGRAMS.has(program), path: text, pid };
  });
}

/** struct bpf_prog_info: 64 name[16] */
function programName(caller: Caller, id: number): string {
  const name = withObject(caller, 'programById', id, (fd) => {
    const info = caller.arena.take(80);
    return readInfo(caller, fd, info) ? textOf(info.bytes.subarray(64, 80)) : undefined;
  });
  return name ?? '';
}

/** undefined: it went in between */
function withObject<T>(caller: Caller, command: 'linkById' | 'programById', id: number, use: (fd: number) => T) {
  const { libc, arena } = caller;
  arena.reset();
  const attribute = arena.take(16);
  attribute.view.setUint32(0, id, true);
  const fd = libc.bpf(COMMAND[command], attribute.address, 12);
  if (fd < 0) return undefined;
  try {
    return use(fd);
  } finally {
    libc.close(fd);
  }
}

/** 0 bpf_fd  4 info_len  8 info */
function readInfo({ libc, arena }: Caller, fd: number, info: Piece): boolean {
  const attribute = arena.take(16);
  attribute.view.setUint32(0, fd, true);
  attribute.view.setUint32(4, info.bytes.length, true);
  attribute.view.setBigUint64(8, info.address, true);
  return libc.bpf(COMMAND.objectInfo, attribute.address, 16) === 0;
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(bytes.slice(0, end < 0 ? bytes.length : end));
}
