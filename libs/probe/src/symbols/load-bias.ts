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

/** The largest that a kernel of arm64 can be built for (arch/arm64/Kconfig). Segments are further apart than that: cmd/link
 * aligns them to 64 KiB there, and on amd64 to pages, of which mappings begin a part at most before their segment. */
const PAGE_BYTES = 65_536;
