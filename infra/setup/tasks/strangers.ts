/**
 * Go programs that nobody here wrote, for libs/probe/src/strangers: unpacked below the data directory, run as they are.
 * Debian's unstable suite has them built by the newest Go, stripped; they run on Debian 12 (its C library suffices).
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DataPaths } from '../../world/paths.ts';
import { run } from '../run.ts';
import { ensureDebianProgram } from './debian-program.ts';

const SUITE = 'sid';
const ESBUILD = '0.28.2';

/** What every `npm test` watches, and what only the matrix does. */
export const FEW_STRANGERS = ['caddy', 'esbuild'] as const;
export const ALL_STRANGERS = [...FEW_STRANGERS, 'prometheus', 'etcd', 'nats-server'] as const;
export type StrangerName = (typeof ALL_STRANGERS)[number];

/** package and where it puts its program */
const DEBIAN: Readonly<Record<Exclude<StrangerName, 'esbuild'>, readonly [name: string, path: string]>> = {
  caddy: ['caddy', 'usr/bin/caddy'],
  prometheus: ['prometheus', 'usr/bin/prometheus'],
  etcd: ['etcd-server', 'usr/bin/etcd'],
  'nats-server': ['nats-server', 'usr/sbin/nats-server'],
};

/** Says in words what became of it: where it cannot be fetched its tests skip, and everything else goes on. */
export async function ensureStranger(paths: DataPaths, name: StrangerName): Promise<string> {
  try {
    return name === 'esbuild' ? await ensureEsbuild(paths) : await ensureDebianProgram(paths, ...DEBIAN[name], SUITE);
  } catch (error) {
    return `not to be had, its tests will skip: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function ensureEsbuild(paths: DataPaths): Promise<string> {
  const folder = join(paths.bin, 'npm', `esbuild-${ESBUILD}`);
  const program = join(folder, 'package/bin/esbuild');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const mend = 'esbuild could not be fetched: npm ping says whether the registry answers';
  await run('npm', ['pack', '--silent', `@esbuild/linux-x64@${ESBUILD}`], { cwd: folder, mend });
  await run('tar', ['-xzf', `esbuild-linux-x64-${ESBUILD}.tgz`], { cwd: folder, mend });
  return program;
}
