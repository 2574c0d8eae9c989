/** Another tracer, which shares nothing with ours: bpftrace counts the calls of functions in one process. For tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { GoBinary } from '@mapscope/golang';

/** infra/setup/tasks/bpftrace.ts unpacks it there */
const UNPACKED = new URL('../../../../.mapscope/bin/bpftrace/', import.meta.url).pathname;
const PROGRAM = `${UNPACKED}usr/bin/bpftrace`;

export const isAtHand = (): boolean => existsSync(PROGRAM);

export interface Counting {
  /** Stops it; calls by function. */
  readonly stop: () => Promise<ReadonlyMap<string, number>>;
}

/** Resolves once every probe is in place. */
export async function countCalls(
  { pid, executable, binary }: { readonly pid: number; readonly executable: string; readonly binary: GoBinary },
  functions: readonly string[],
): Promise<Counting> {
  const script = scriptOf(pid, executable, binary, functions);
  const env = { ...process.env, LD_LIBRARY_PATH: `${UNPACKED}usr/lib/x86_64-linux-gnu` };
  const child = spawn(PROGRAM, ['-f', 'json', '-e', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const errors: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => errors.push(bytes.toString()));
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  const heard = (word: string): boolean => lines.some((line) => line.includes(word));
  while (!heard('first') || !heard('last')) {
    if (child.exitCode !== null) throw new Error(`bpftrace ended by itself: ${errors.join('')}`);
    await Promise.race([once(output, 'line'), closed]);
  }
  return {
    stop: async () => {
      child.kill('SIGINT');
      await closed;
      return new Map(
        functions.map((name, index) => [name, countOf(lines, `@f${index}`) - countOf(lines, `@m${index}`)]),
      );
    },
  };
}

/** {"type": "map", "data": {"@f0": 5000}} */
function countOf(lines: readonly string[], name: string): number {
  const line = lines.find((text) => text.includes(`"${name}"`));
  if (line === undefined) throw new Error(`bpftrace did not print ${name}: ${lines.slice(-3).join(' ')}`);
  return Number(JSON.parse(line).data[name]);
}

/**
 * bpftrace probes the first instruction, and a function begins again when its stack had to grow or it was asked to let
 * others run: both by a call of morestack in front of its body, which returns into the function (runtime/asm_amd64.s;
 * cmd/internal/obj/x86/obj6.go, stacksplit). So calls = beginnings − calls of morestack. A check of the stack at the
 * first instruction would not do: the request may come while the kernel handles that very probe.
 */
function scriptOf(pid: number, executable: string, binary: GoBinary, functions: readonly string[]): string {
  const beginnings = functions.map(
    (name, index) => `uprobe:${executable}:"${name}" /pid == ${pid}/ { @f${index} = count(); }`,
  );
  const again = functions.map((name, index) => {
    const fn = binary.lookup(name);
    if (fn === undefined) throw new Error(`the program has no ${name}`);
    return `if ($to >= ${fn.entry} && $to < ${fn.entry + fn.size}) { @m${index} = count(); }`;
  });
  const morestack = `uprobe:${executable}:"runtime.morestack.abi0" /pid == ${pid}/ { $to = *(uint64 *)reg("sp"); ${again.join(' ')} }`;
  // In whichever order it attaches, both speak only after everything between them is there.
  return [speak('first'), ...beginnings, morestack, speak('last')].join('\n');
}

const speak = (word: string): string => `interval:ms:100 { printf("${word}\\n"); }`;
