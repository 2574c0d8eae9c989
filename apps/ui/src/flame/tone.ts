/**
 * Colours of frames by name, so that nothing has to be learnt twice. Alone: runtime and library dim, our code blue, where it
 * waits orange. Compared: orange has grown, blue has shrunk (told apart by people with any kind of colour vision). Pure.
 */
import { isRuntime, type FlameFrame } from './layout.ts';

/** Below it a difference is as good as none. */
const SAME = 0.01;
const STEPS = [0.05, 0.2] as const;

const isLibrary = (name: string): boolean => !/^[^/]*\.[^/]*\/|^main\./.test(name);

export function plainTone({ site, selfMs }: FlameFrame): string {
  if (isRuntime(site.function)) return 'flame-runtime';
  if (isLibrary(site.function)) return 'flame-library';
  return selfMs > 0 ? 'flame-self' : 'flame-own';
}

export function differenceTone({ gained }: FlameFrame): string {
  const size = Math.abs(gained);
  if (size < SAME) return 'flame-same';
  const step = STEPS.filter((bound) => size >= bound).length + 1;
  return `${gained > 0 ? 'flame-more' : 'flame-less'}-${step}`;
}
