/** A measuring program of libs/probe/bench or apps/ingest/bench: run to its end; its last line is one JSON object. */
import { dirname, join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { run } from '../../../setup/run.ts';
import { ensureDebianProgram } from '../../../setup/tasks/debian-program.ts';
import { ensureGo, toolchain } from '../../../setup/tasks/go-toolchain.ts';
import type { DataPaths } from '../../../world/paths.ts';
import { REPO_ROOT } from '../../../world/paths.ts';

const GO = '1.24';
const LIBRARIES: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** @param script from the root of the repository */
export type RunChild = (script: string, args: readonly string[]) => Promise<unknown>;

/** Go and wrk, unpacked below the data directory, and what tells the programs where they are. */
export async function prepareChildren(paths: DataPaths): Promise<RunChild> {
  await ensureGo(paths, GO);
  const env = {
    MAPSCOPE_GO_ROOTS: toolchain(paths, GO).root,
    GOCACHE: paths.goCache,
    ...(await ensureWrk(paths)),
  };
  const mend = 'It attaches probes: run it as root, on Linux ≥ 6.6 with two CPUs';
  return async (script, args) => {
    const file = join(REPO_ROOT, script);
    const words = ['--conditions=source', file, ...args];
    const output = await run(process.execPath, words, { env, mend }).catch((error: unknown) => {
      throw endedBySignal(script, error) ?? error;
    });
    return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
  };
}

/** That is no fault of the machine's or of the program's: it says who to ask, not what to install. */
function endedBySignal(script: string, error: unknown): MapscopeError | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error) || !('signal' in cause) || typeof cause.signal !== 'string') return undefined;
  return new MapscopeError('INTERNAL', `${script} was ended from outside by ${cause.signal}: run it again`, { cause });
}

/** Debian's wrk, and the library of its package that few machines have. */
async function ensureWrk(paths: DataPaths): Promise<Record<string, string>> {
  const program = await ensureDebianProgram(paths, 'wrk', 'usr/bin/wrk');
  const library = join('usr/lib', LIBRARIES[process.arch] ?? '', 'libluajit-5.1.so.2');
  const found = await ensureDebianProgram(paths, 'libluajit-5.1-2', library);
  return { MAPSCOPE_WRK: program, LD_LIBRARY_PATH: dirname(found) };
}
