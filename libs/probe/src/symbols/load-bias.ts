/**
 * Runtime address − address in the file. 0 unless the binary is position independent. Pure: from the text of
 * /proc/PID/maps (proc(5): `start-end perms offset dev inode path`) and the binary's load segments.
 */
import { MapscopeError } from '@mapscope/events';
import type { GoBinary } from '@mapscope/golang';

export function loadBias(binary: Pick<GoBinary, 'pie' | 'loadSegments'>, maps: string, inode: number): bigint {
  if (!binary.pie) return 0n;
  for (const line of maps.split('\n')) {
    const [range, , offsetText, , inodeText] = line.split(/\s+/);
    if (range === undefined || offsetText === undefined || Number(inodeText) !== inode) continue;
    const fileOffset = Number.parseInt(offsetText, 16);
    const start = BigInt(`0x${range.split('-')[0]}`);
    for (const segment of binary.loadSegments) {
      // The kernel maps whole pages: a mapping may begin a little before its segment.
      const within = fileOffset - segment.fileOffset;
      if (within > -PAGE_BYTES && within < segment.size) return start - BigInt(segment.vaddr + within);
    }
  }
  const message = `the executable (inode ${inode}) is not mapped in the process: it was replaced on disk; attach to the new process`;
  throw new MapscopeError('TARGET_NOT_FOUND', message, { facts: { inode } });
}

const PAGE_BYTES = 4096;
