/**
 * The line of a stack that people mean when a goroutine parked there: first frame, from the innermost, behind what only
 * waits for others: the scheduler, locks, timers, the poller and the sockets and files on it. Pure.
 */
import type { Frame } from '@mapscope/golang';
import { packageOf } from '../../symbols/package-of.ts';
import { userSite } from '../../symbols/user-site.ts';

const WAITING: ReadonlySet<string> = new Set(['runtime', 'sync', 'time', 'net', 'os', 'syscall']);

export function parkSite(frames: readonly Frame[]): Frame {
  return frames.find(({ function: name }) => !waits(packageOf(name))) ?? userSite(frames);
}

function waits(packagePath: string): boolean {
  return WAITING.has(packagePath) || packagePath.startsWith('internal/') || packagePath.startsWith('runtime/');
}
