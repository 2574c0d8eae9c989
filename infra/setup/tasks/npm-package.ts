/** One package of the lock file for another CPU than this one, unpacked below the data directory, its hash checked. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { REPO_ROOT, type DataPaths } from '../../world/paths.ts';
import { run } from '../run.ts';

/** The part of package-lock.json that is read (lockfileVersion 3). */
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity?: string }>>;
}

/** Returns the package's folder. The version is that of the lock file, whoever asks. */
export async function ensureNpmPackage(paths: DataPaths, name: string): Promise<string> {
  const lock: Lock = JSON.parse(readFileSync(join(REPO_ROOT, 'package-lock.json'), 'utf8'));
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new MapscopeError('SETUP_FAILED', `package-lock.json does not name ${name}: npm install brings it there`);
  const folder = join(paths.bin, 'npm', `${name.replaceAll('/', '-')}-${version}`);
  const made = join(folder, 'package');
  if (existsSync(`${folder}/done`)) return made;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const mend = `${name}@${version} could not be fetched: npm ping says whether the registry answers`;
  const said = await run('npm', ['pack', '--silent', `${name}@${version}`], { cwd: folder, mend });
  const tarball = said.trim().split('\n').at(-1) ?? '';
  checkIntegrity(join(folder, tarball), integrity);
  await run('tar', ['-xzf', tarball], { cwd: folder, mend });
  rmSync(join(folder, tarball));
  mkdirSync(`${folder}/done`);
  return made;
}

/** Subresource integrity, as in the lock file: "sha512-" and base64. */
function checkIntegrity(file: string, integrity: string): void {
  const [algorithm = '', expected] = integrity.split(/-(.*)/s);
  const found = createHash(algorithm).update(readFileSync(file)).digest('base64');
  if (found === expected) return;
  rmSync(file);
  const message = `${file} is not what package-lock.json names (${algorithm} ${found}): the registry sends something else`;
  throw new MapscopeError('SETUP_FAILED', message);
}
