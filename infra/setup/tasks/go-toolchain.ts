/**
 * Go toolchains from Debian's suites, unpacked below the data directory; nothing is installed on the system.
 * The mirror is the one that the machine's own apt sources name. On other systems the `go` on PATH is used.
 *
 * Suites (seen 2026-11): bookworm has 1.19, bookworm-backports 1.21–1.23, trixie 1.24, trixie-backports 1.25–1.27.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import type { DataPaths } from '../../world/paths.ts';
import { run } from '../run.ts';

const SUITES: Readonly<Record<string, string>> = {
  '1.19': 'bookworm',
  '1.21': 'bookworm-backports',
  '1.22': 'bookworm-backports',
  '1.23': 'bookworm-backports',
  '1.24': 'trixie',
  '1.25': 'trixie-backports',
  '1.26': 'trixie-backports',
  '1.27': 'trixie-backports',
};
export const GO_VERSIONS: readonly string[] = Object.keys(SUITES);
export const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

export interface GoToolchain {
  readonly version: string;
  readonly root: string;
  readonly go: string;
}

export function toolchain(paths: DataPaths, version: string): GoToolchain {
  const root = join(paths.goToolchains, version, 'usr/lib', `go-${version}`);
  return { version, root, go: join(root, 'bin/go') };
}

/** Environment in which a build reaches no network and touches no cache but ours. */
export function goEnvironment(paths: DataPaths, tools: GoToolchain): Record<string, string> {
  return {
    GOROOT: tools.root,
    GOCACHE: paths.goCache,
    GOPATH: join(paths.goToolchains, 'path'),
    GOTOOLCHAIN: 'local',
    GOPROXY: 'off',
    GOFLAGS: '-mod=mod',
    GOWORK: 'off',
  };
}

export async function ensureGo(paths: DataPaths, version: string): Promise<string> {
  const suite = SUITES[version];
  if (suite === undefined)
    throw new MapscopeError('CONFIG_INVALID', `no Go ${version} to be had: choose one of ${GO_VERSIONS.join(', ')}`);
  const tools = toolchain(paths, version);
  if (existsSync(tools.go)) return 'present';
  const apt = await privateApt(paths);
  const folder = join(paths.goToolchains, version);
  const debs = join(paths.goToolchains, 'debs', version);
  for (const made of [folder, debs]) mkdirSync(made, { recursive: true });
  const mend = `Debian's package golang-${version} could not be had from ${suite}: check apt-get update on this machine`;
  const env = { APT_CONFIG: apt };
  await run('apt-get', ['download', '-qq', '-t', suite, `golang-${version}-go`, `golang-${version}-src`], {
    cwd: debs,
    env,
    mend,
  });
  for (const deb of readdirSync(debs)) await run('dpkg', ['-x', join(debs, deb), folder], { mend });
  return `unpacked from ${suite}`;
}

/**
 * An apt configuration of our own: own lists and cache, the machine's mirror, no change to the system. It knows the suites
 * of the toolchains; of any other suite the lists are fetched only for those who ask for it.
 */
export async function privateApt(paths: DataPaths, suite?: string): Promise<string> {
  const shared = [...new Set(Object.values(SUITES))];
  const other = suite === undefined || shared.includes(suite) ? undefined : suite;
  const root = join(paths.goToolchains, other === undefined ? 'apt' : `apt-${other}`);
  const config = join(root, 'apt.conf');
  if (existsSync(config)) return config;
  for (const folder of ['lists/partial', 'cache/archives/partial', 'etc', 'parts'])
    mkdirSync(join(root, folder), { recursive: true });
  const mirror = debianMirror(aptSources());
  const suites = other === undefined ? shared : [other];
  writeFileSync(
    join(root, 'etc/sources.list'),
    suites.map((s) => `deb [signed-by=${KEYRING}] ${mirror} ${s} main\n`).join(''),
  );
  const text = aptConfig(root);
  writeFileSync(`${config}.new`, text);
  await run('apt-get', ['update', '-qq'], {
    env: { APT_CONFIG: `${config}.new` },
    mend: "Debian's package lists could not be read: check apt-get update",
  });
  writeFileSync(config, text);
  return config;
}

function aptConfig(root: string): string {
  return [
    `Dir::State "${root}";`,
    `Dir::State::lists "${root}/lists";`,
    'Dir::State::status "/var/lib/dpkg/status";',
    `Dir::Cache "${root}/cache";`,
    `Dir::Etc::sourcelist "${root}/etc/sources.list";`,
    `Dir::Etc::sourceparts "${root}/parts";`,
    `Dir::Etc::preferences "${root}/parts/none";`,
    `Dir::Etc::preferencesparts "${root}/parts";`,
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    '',
  ].join('\n');
}

export function aptSources(): string {
  const parts = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...(existsSync(parts) ? readdirSync(parts).map((f) => join(parts, f)) : [])];
  return files
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

/** The first Debian archive (…/debian) that the apt sources name, in either of their two formats. */
export function debianMirror(sources: string): string {
  const lines = sources.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const found = lines.join('\n').match(/https?:\/\/\S+\/debian\/?(?=\s|$)/);
  if (found === null)
    throw new MapscopeError(
      'SETUP_FAILED',
      'no Debian mirror in /etc/apt/sources.list: Go is unpacked from Debian packages. Add one, or give --exe PATH of a service that is built already',
    );
  return found[0];
}
