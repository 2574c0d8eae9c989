/** One program out of a Debian package, unpacked below the data directory for tests; nothing is installed. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DataPaths } from '../../world/paths.ts';
import { run } from '../run.ts';
import { privateApt } from './go-toolchain.ts';

const OWN_SUITE = 'bookworm';

/** Returns the path of the program; `path` is where the package puts it, without the first slash. */
export async function ensureDebianProgram(
  paths: DataPaths,
  name: string,
  path: string,
  suite: string = OWN_SUITE,
): Promise<string> {
  const folder = join(paths.bin, suite === OWN_SUITE ? 'debian' : `debian-${suite}`, name);
  const program = join(folder, path);
  if (existsSync(program)) return program;
  const debs = join(folder, 'debs');
  mkdirSync(debs, { recursive: true });
  const mend = `Debian's package ${name} could not be had: check apt-get update on this machine`;
  await run('apt-get', ['download', '-qq', '-t', suite, name], {
    cwd: debs,
    env: { APT_CONFIG: await privateApt(paths, suite) },
    mend,
  });
  for (const deb of readdirSync(debs)) await run('dpkg', ['-x', join(debs, deb), folder], { mend });
  return program;
}
