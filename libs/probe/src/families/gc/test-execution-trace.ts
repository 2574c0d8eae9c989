/**
 * For the integration test: what Go's own execution trace (runtime/trace) says of the same events, read by `go tool trace`
 * of the toolchain that built the program.
 *
 *    Go ≤ 1.21   "45356275 GCMarkAssistStart p=0 g=25 off=3760"
 *    Go ≥ 1.22   'M=4942 P=0 G=16 RangeBegin Time=13598118169088 Name="GC mark assist" Scope=Goroutine(16)'
 */
import { execFileSync } from 'node:child_process';
import type { Toolchain } from '../../test-target.ts';

export interface TracedRange {
  readonly name: string;
  readonly goid: number;
  readonly begin: number;
  readonly nanos: number;
}

export const ASSIST = 'GC mark assist';
export const minorOf = ({ version }: Toolchain): number => Number(/^go1\.(\d+)/.exec(version)?.[1]);

/** From Go 1.25 on `go tool` compiles the tool first, which takes half a minute. */
export function readExecutionTrace(toolchain: Toolchain, file: string): readonly TracedRange[] {
  const minor = minorOf(toolchain);
  const mode = minor < 22 ? '-d' : minor < 24 ? '-d=1' : '-d=parsed';
  const text = execFileSync(`${toolchain.root}/bin/go`, ['tool', 'trace', mode, file], {
    env: { ...process.env, GOROOT: toolchain.root, GOTOOLCHAIN: 'local' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return minor < 22 ? pair(text, OLD, oldEvent) : pair(text, NEW, newEvent);
}

interface Edge {
  readonly isBegin: boolean;
  readonly time: number;
  readonly name: string;
  readonly goid: number;
}

const OLD = /^(\d+) GCMarkAssist(Start|Done) p=\d+ g=(\d+)/gm;
const oldEvent = ([, time, edge, goid]: RegExpExecArray): Edge => ({
  isBegin: edge === 'Start',
  time: Number(time),
  name: ASSIST,
  goid: Number(goid),
});

const NEW = /^M=\d+ P=-?\d+ G=-?\d+ Range(Begin|End) Time=(\d+) Name="([^"]+)" Scope=Goroutine\((\d+)\)/gm;
const newEvent = ([, edge, time, name, goid]: RegExpExecArray): Edge => ({
  isBegin: edge === 'Begin',
  time: Number(time),
  name: name ?? '',
  goid: Number(goid),
});

function pair(text: string, pattern: RegExp, edgeOf: (found: RegExpExecArray) => Edge): readonly TracedRange[] {
  const open = new Map<string, number>();
  const ranges: TracedRange[] = [];
  for (const found of text.matchAll(pattern)) {
    const { isBegin, time, name, goid } = edgeOf(found);
    const key = `${name} ${goid}`;
    const begin = open.get(key);
    if (isBegin) open.set(key, time);
    else if (begin !== undefined) {
      ranges.push({ name, goid, begin, nanos: time - begin });
      open.delete(key);
    }
  }
  return ranges;
}
