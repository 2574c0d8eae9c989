/** The line of a stack that people mean: first frame, from the innermost, outside runtime and sync. Pure. */
import type { Frame } from '@mapscope/golang';
import { isMachinery } from './package-of.ts';

export const NO_SITE: Frame = { function: '', file: '', line: 0 };

/** Where there is none (the runtime's own goroutines), the outermost frame that is more than the goroutine's end. */
export function userSite(frames: readonly Frame[]): Frame {
  const user = frames.find((frame) => !isMachinery(frame.function));
  return user ?? frames.findLast((frame) => !frame.function.startsWith('runtime.goexit')) ?? NO_SITE;
}
