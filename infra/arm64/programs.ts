/** The Go programs of libs/probe/testdata, built on this machine for arm64, and the toolchains that hand them out in there. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../setup/run.ts';
import { goEnvironment, toolchain } from '../setup/tasks/go-toolchain.ts';
import { REPO_ROOT, type DataPaths } from '../world/paths.ts';
import type { ArchiveEntry } from './archive.ts';

const TESTDATA = join(REPO_ROOT, 'libs/probe/testdata');
const GO = new URL('guest/go.sh', import.meta.url);

export type ProgramName =
  | 'callserver'
  | 'endserver'
  | 'gcserver'
  | 'goroutines'
  | 'locks'
  | 'lockserver'
  | 'mapops'
  | 'racy'
  | 'routeserver'
  | 'syncmaps';

/** As a program is hardest to read (libs/probe/src/test-target.ts, variantsOf). */
const HARDEST: readonly string[] = ['-buildmode=pie', '-ldflags=-s -w'];
const AT_ONCE = 2;

export interface WantedPrograms {
  readonly version: string;
  readonly names: readonly ProgramName[];
  /** these as position independent, stripped programs too */
  readonly hardest: readonly ProgramName[];
}

/** Built once for each state of the sources. Cross-compiling needs nothing but Go: the programs use no C. */
export async function ensurePrograms(paths: DataPaths, wanted: WantedPrograms): Promise<readonly ArchiveEntry[]> {
  const tools = toolchain(paths, wanted.version);
  const version = readFileSync(join(tools.root, 'VERSION'), 'utf8');
  const folder = join(paths.bin, 'arm64/programs', `${wanted.version}-${sourceHash(version)}`);
  mkdirSync(folder, { recursive: true });
  const build = (name: ProgramName, flags: readonly string[]) => ({
    name,
    flags,
    output: join(folder, fileName(name, flags)),
  });
  const plain = wanted.names.map((name) => build(name, []));
  const builds = [...plain, ...wanted.hardest.map((name) => build(name, HARDEST))];
  const env = { ...goEnvironment(paths, tools), GOOS: 'linux', GOARCH: 'arm64', CGO_ENABLED: '0' };
  const mend = `a test program does not build for arm64 with Go ${wanted.version}`;
  const waiting = builds.filter(({ output }) => !existsSync(output));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const args = ['build', ...next.flags, '-o', next.output, '.'];
      await run(tools.go, args, { cwd: join(TESTDATA, next.name), env, mend });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return asToolchain(`go/${wanted.version}`, version, builds);
}

function asToolchain(root: string, version: string, builds: readonly { readonly output: string }[]): ArchiveEntry[] {
  return [
    { kind: 'text', path: `${root}/VERSION`, text: version },
    { kind: 'text', path: `${root}/bin/go`, text: readFileSync(GO, 'utf8'), executable: true },
    ...builds.map(
      ({ output }) =>
        ({
          kind: 'copy',
          path: `${root}/programs/${output.slice(output.lastIndexOf('/') + 1)}`,
          from: output,
        }) as const,
    ),
  ];
}

/** guest/go.sh makes the same of its words. */
export const fileName = (name: string, flags: readonly string[]): string =>
  name + flags.map((flag) => ` ${flag}`.replaceAll(/[^a-z0-9]/g, '_')).join('');

function sourceHash(version: string): string {
  const hash = createHash('sha256').update(version);
  for (const file of globSync(`${TESTDATA}/**/*.{go,mod}`).sort())
    hash.update(file.slice(TESTDATA.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
