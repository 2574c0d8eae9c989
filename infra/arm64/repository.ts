/**
 * The part of this repository that the probes' tests need, as files of the arm64 machine: the same tests, run by the same
 * vitest, on the same sources. Native parts of packages are those of arm64.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNpmPackage } from '../setup/tasks/npm-package.ts';
import { REPO_ROOT, type DataPaths } from '../world/paths.ts';
import { copyFolder, type ArchiveEntry } from './archive.ts';

export const GUEST_REPOSITORY = 'repo';
const LIBRARIES = ['events', 'golang', 'probe'];
const FOLDERS = [
  ...LIBRARIES.map((name) => `libs/${name}/src`),
  'libs/probe/bpf/arm64',
  'libs/probe/testdata',
  'apps/ingest/src/agent/platform',
];
const FILES = [
  ...LIBRARIES.map((name) => `libs/${name}/package.json`),
  'package.json',
  'infra/package.json',
  'infra/vitest.config.ts',
  'apps/ingest/package.json',
  'apps/ingest/src/process/attempt.ts',
];
const PLATFORM = new URL('guest/platform.mjs', import.meta.url);
/** What the tests and the libraries import; with all that those depend on. */
const PACKAGES = ['vitest', 'vite', 'koffi', 'iced-x86'];
const NATIVE = ['@koromix/koffi-linux-arm64', '@rolldown/binding-linux-arm64-gnu'];

const at = (path: string): string => `${GUEST_REPOSITORY}/${path}`;

export async function repositoryEntries(paths: DataPaths): Promise<readonly ArchiveEntry[]> {
  const native: ArchiveEntry[] = [];
  for (const name of NATIVE)
    native.push(...copyFolder(await ensureNpmPackage(paths, name), at(`node_modules/${name}`), isNeeded));
  return [
    ...FOLDERS.flatMap((path) => copyFolder(join(REPO_ROOT, path), at(path))),
    ...FILES.map((path) => ({ kind: 'copy', path: at(path), from: join(REPO_ROOT, path) }) as const),
    { kind: 'text', path: at('infra/platform.mjs'), text: readFileSync(PLATFORM, 'utf8') },
    ...packagesFor(PACKAGES).flatMap((name) =>
      copyFolder(join(REPO_ROOT, 'node_modules', name), at(`node_modules/${name}`), isNeeded),
    ),
    ...native,
    // Links, so that Node sees the sources outside of node_modules, where it strips no types.
    ...LIBRARIES.map(
      (name) => ({ kind: 'link', path: at(`node_modules/@mapscope/${name}`), to: `../../libs/${name}` }) as const,
    ),
  ];
}

/** Types and maps are half of it; of koffi also its C++ sources. */
const isNeeded = (name: string): boolean => !/\.(d\.[cm]?ts|map|md)$|^(vendor|doc|musl_\w+)$/.test(name);

/** Installed packages and what they depend on, by package.json, without those for this machine's CPU. */
export function packagesFor(names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const file = join(REPO_ROOT, 'node_modules', name, 'package.json');
    if (found.has(name) || !existsSync(file)) continue;
    const { dependencies = {}, optionalDependencies = {}, cpu } = JSON.parse(readFileSync(file, 'utf8'));
    if (cpu !== undefined) continue;
    found.add(name);
    waiting.push(...Object.keys(dependencies), ...Object.keys(optionalDependencies));
  }
  return [...found].sort();
}
