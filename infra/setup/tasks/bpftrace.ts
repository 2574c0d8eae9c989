/**
 * Debian's bpftrace with the libraries that this machine lacks, unpacked below the data directory: another tracer to count
 * the same with. Nothing is installed.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DataPaths } from '../../world/paths.ts';
import { run } from '../run.ts';
import { privateApt } from './go-toolchain.ts';

/** Says in words what became of it: without it the comparison is skipped. */
export async function ensureBpftrace(paths: DataPaths): Promise<string> {
  const folder = join(paths.bin, 'bpftrace');
  if (existsSync(join(folder, 'usr/bin/bpftrace'))) return 'present';
  try {
    return await unpack(paths, folder);
  } catch (error) {
    return `not to be had, its tests will skip: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function unpack(paths: DataPaths, folder: string): Promise<string> {
  const debs = join(folder, 'debs');
  mkdirSync(join(debs, 'partial'), { recursive: true });
  // Of the suite that this machine runs, so that what it lacks fits what it has.
  const suite = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'bookworm';
  const mend = "Debian's package bpftrace could not be had: check apt-get update on this machine";
  const words = ['install', '-y', '-qq', '--download-only', '--no-install-recommends', '-t', suite, 'bpftrace'];
  const env = { APT_CONFIG: await privateApt(paths, suite) };
  await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-o', `Dir::Cache::archives=${debs}`, ...words], {
    env,
    mend,
  });
  const packages = readdirSync(debs).filter((name) => name.endsWith('.deb'));
  for (const deb of packages) await run('dpkg', ['-x', join(debs, deb), folder], { mend });
  return `unpacked from ${suite}: ${packages.join(', ')}`;
}
