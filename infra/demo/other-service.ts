/**
 * Writes a small Go service nobody has seen before: its types, functions, files and lines come from a seed. Tests build and
 * break it to prove that nothing in Mapscope is fitted to the demo shop. Pure: text in, text out; who builds it is the caller.
 *
 *   GET /work ── waiter ──► Lock, one map entry, Unlock            POST /break   the holder keeps the lock for holdMillis
 *   loop ────── holder ──► Lock, (broken: sleep), Unlock           POST /mend    and no longer
 *
 * The lock is a plain sync.Mutex, so a queue of waiters behaves unlike that of the shop's RWMutex: the holder wakes only the
 * first waiter, and after 1 ms of waiting each of them hands the lock on to the next (starvation mode, sync/mutex.go, Go 1.9
 * and later). Most waits therefore end by a release in the waiter's own function, though the holder caused them all.
 */
import { words } from './other-service-words.ts';
import { mainSource, storeSource } from './other-service-source.ts';
import type { Shape } from './other-service-source.ts';

/** A place in the generated code; `function` as Go's runtime prints it, `line` of the call that takes the lock. */
export interface OtherSite {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export interface OtherService {
  /** path inside the module → text; `go.mod` included, so that `go build .` there makes the service */
  readonly files: Readonly<Record<string, string>>;
  readonly waiter: OtherSite;
  /** `releaseLine`: the line of the holder's Unlock */
  readonly holder: OtherSite & { readonly releaseLine: number };
  readonly holdMillis: number;
  readonly periodMillis: number;
}

/** The same seed gives the same service. It prints the ready line of the demo shop; `admin` is its only port, too. */
export function otherService(seed: number): OtherService {
  const w = words(seed);
  const module = `${w.lower()}.example/${w.lower()}`;
  const packageName = w.chance(0.5) ? w.lower() : 'main';
  const shape = shapeOf(w, module, packageName);
  const storePath = `${packageName === 'main' ? '' : `${packageName}/`}${w.lower()}.go`;
  const store = resolveMarks(storeSource(shape), w.filler);
  const main = resolveMarks(mainSource(shape), w.filler);
  const at = (name: string, mark: string): OtherSite => ({
    function: runtimeName(shape, name),
    file: storePath,
    line: lineOf(store.marks, mark),
  });
  return {
    files: { 'go.mod': `module ${module}\n\ngo 1.19\n`, [storePath]: store.text, [`${w.lower()}.go`]: main.text },
    waiter: at(shape.waiter, 'waiter'),
    holder: { ...at(shape.holder, 'holder'), releaseLine: lineOf(store.marks, 'release') },
    holdMillis: shape.holdMillis,
    periodMillis: shape.periodMillis,
  };
}

function shapeOf(w: ReturnType<typeof words>, module: string, packageName: string): Shape {
  const name = packageName === 'main' && w.chance(0.5) ? w.camel : w.pascal; // another package needs exported names
  return {
    module,
    packageName,
    type: name(),
    create: name(),
    waiter: name(),
    holder: name(),
    loop: w.camel(),
    innocent: w.camel(),
    receiver: w.lower(),
    lock: w.camel(),
    table: w.camel(),
    asMethods: w.chance(0.5),
    startedByBreak: w.chance(0.5),
    holdMillis: w.between(60, 110),
    periodMillis: w.between(200, 320),
    workRounds: w.between(3000, 6000),
  };
}

/** Go escapes dots only after the last slash of a package path, and package main has no path (cmd/internal/objabi/path.go). */
function runtimeName(shape: Shape, name: string): string {
  const path = shape.packageName === 'main' ? 'main' : `${shape.module}/${shape.packageName}`;
  return shape.asMethods ? `${path}.(*${shape.type}).${name}` : `${path}.${name}`;
}

interface Marked {
  readonly text: string;
  readonly marks: ReadonlyMap<string, number>;
}

/** Replaces each line «filler» by comment lines and takes «mark» off the end of a line, noting its number (from 1). */
function resolveMarks(source: string, filler: () => readonly string[]): Marked {
  const marks = new Map<string, number>();
  const lines: string[] = [];
  for (const line of source.split('\n')) {
    const found = /«(\w+)»$/.exec(line);
    if (found?.[1] === 'filler') {
      const indent = line.slice(0, found.index);
      lines.push(...filler().map((text) => (text === '' ? '' : indent + text)));
      continue;
    }
    lines.push(found === null ? line : line.slice(0, found.index));
    if (found?.[1] !== undefined) marks.set(found[1], lines.length);
  }
  return { text: lines.join('\n'), marks };
}

function lineOf(marks: ReadonlyMap<string, number>, mark: string): number {
  const line = marks.get(mark);
  if (line === undefined)
    throw new RangeError(`the template has no line marked ${mark}: mark it in other-service-source.ts`);
  return line;
}
