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

/** For the tests of libs/probe, and the platform tag. */
export async function repositoryEntries(paths: DataPaths): Promise<readonly ArchiveEntry[]> {
  return [
    ...FOLDERS.flatMap((path) => copyFolder(join(REPO_ROOT, path), at(path))),
    ...FILES.map(copyOf),
    { kind: 'text', path: at('infra/platform.mjs'), text: readFileSync(PLATFORM, 'utf8') },
    ...packageEntries(PACKAGES),
    ...(await nativeEntries(paths, NATIVE)),
    ...linkEntries(LIBRARIES),
  ];
}

const AGENT_LIBRARIES = ['events', 'golang', 'probe', 'rollout', 'rootcause', 'slo', 'store', 'stream'];
const AGENT_PACKAGES = ['koffi', 'iced-x86', 'kafkajs', '@clickhouse/client'];

/** For the role agent, compiled. */
export async function agentEntries(paths: DataPaths): Promise<readonly ArchiveEntry[]> {
  const projects = [...AGENT_LIBRARIES.map((name) => `libs/${name}`), 'apps/ingest'];
  return [
    ...projects.flatMap((path) => copyFolder(join(REPO_ROOT, path, 'dist'), at(`${path}/dist`), isNeeded)),
    ...projects.map((path) => copyOf(`${path}/package.json`)),
    ...copyFolder(join(REPO_ROOT, 'libs/probe/bpf/arm64'), at('libs/probe/bpf/arm64')),
    ...packageEntries(AGENT_PACKAGES),
    ...(await nativeEntries(paths, NATIVE.slice(0, 1))),
    ...linkEntries(AGENT_LIBRARIES),
  ];
}

const copyOf = (path: string): ArchiveEntry => ({ kind: 'copy', path: at(path), from: join(REPO_ROOT, path) });

const packageEntries = (names: readonly string[]): readonly ArchiveEntry[] =>
  packagesFor(names).flatMap((name) =>
    copyFolder(join(REPO_ROOT, 'node_modules', name), at(`node_modules/${name}`), isNeeded),
  );

async function nativeEntries(paths: DataPaths, names: readonly string[]): Promise<readonly ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  for (const name of names)
    entries.push(...copyFolder(await ensureNpmPackage(paths, name), at(`node_modules/${name}`), isNeeded));
  return entries;
}

/** Links, so that Node sees the sources outside of node_modules, where it strips no types. */
const linkEntries = (libraries: readonly string[]): readonly ArchiveEntry[] =>
  libraries.map((name) => ({ kind: 'link', path: at(`node_modules/@mapscope/${name}`), to: `../../libs/${name}` }));

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
