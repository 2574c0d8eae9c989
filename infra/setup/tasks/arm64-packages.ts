/**
 * What a real arm64 kernel needs to boot on this machine, unpacked below the data directory; nothing is installed:
 *
 *     host/     qemu-system-aarch64 and the libraries of it that this machine lacks     Debian, the suite of this machine
 *     guest/    libc and libstdc++ for Node, busybox                                    Debian trixie, arm64
 *     kernel-F/ Linux of flavour F and its modules                                      the same
 *
 * apt checks the signed lists and every package's hash. The mirror is the one that the machine's apt sources name.
 */
import { existsSync, globSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import type { DataPaths } from '../../world/paths.ts';
import { run } from '../run.ts';
import { aptSources, debianMirror, KEYRING, privateApt } from './go-toolchain.ts';

/** Pages of 4 KiB, and of 16 KiB. */
export const KERNEL_FLAVOURS = ['cloud-arm64', 'arm64-16k'] as const;
export type KernelFlavour = (typeof KERNEL_FLAVOURS)[number];

export interface Arm64Packages {
  readonly qemu: string;
  /** LD_LIBRARY_PATH of qemu */
  readonly libraries: string;
  /** its firmware files */
  readonly firmware: string;
  /** root of the guest's own packages */
  readonly guest: string;
  readonly kernel: string;
  /** folder in which the kernel's modules lie somewhere */
  readonly modules: string;
}

const SUITE = 'trixie';
const GUEST_PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1', 'busybox-static'];
const MEND = 'packages for the arm64 machine could not be had: check apt-get update on this machine';

export async function ensureArm64Packages(paths: DataPaths, flavour: KernelFlavour): Promise<Arm64Packages> {
  const root = join(paths.bin, 'arm64');
  const [host, guest, kernel] = [join(root, 'host'), join(root, 'guest'), join(root, `kernel-${flavour}`)];
  await once(host, () => fetchQemu(paths, host));
  await once(guest, () => download(paths, guest, GUEST_PACKAGES));
  await once(kernel, async () => download(paths, kernel, await kernelPackages(paths, flavour)));
  return packagesIn(host, guest, kernel);
}

/** A folder is whole when its mark is there: what was cut off is begun again. */
async function once(folder: string, fetch: () => Promise<void>): Promise<void> {
  const mark = `${folder}.done`;
  if (existsSync(mark)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'debs/partial'), { recursive: true });
  await fetch();
  const debs = join(folder, 'debs');
  const packages = readdirSync(debs).filter((name) => name.endsWith('.deb'));
  for (const deb of packages) await run('dpkg', ['-x', join(debs, deb), folder], { mend: MEND });
  rmSync(debs, { recursive: true });
  writeFileSync(mark, `${packages.join('\n')}\n`);
}

/** Of the suite that this machine runs, so that what it lacks fits what it has. */
async function fetchQemu(paths: DataPaths, folder: string): Promise<void> {
  const suite = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'bookworm';
  const options = ['-o', 'DPkg::Lock::Timeout=120', '-o', `Dir::Cache::archives=${folder}/debs`];
  const words = ['install', '-y', '-qq', '--download-only', '--no-install-recommends', '-t', suite, 'qemu-system-arm'];
  const env = { APT_CONFIG: await privateApt(paths, suite) };
  await run('apt-get', [...options, ...words], { env, mend: MEND });
}

async function download(paths: DataPaths, folder: string, packages: readonly string[]): Promise<void> {
  const env = { APT_CONFIG: await foreignApt(paths) };
  await run('apt-get', ['download', '-qq', ...packages], { cwd: join(folder, 'debs'), env, mend: MEND });
}

/**
 * linux-image-FLAVOUR depends on the image of its newest version. Later kernels than 6.12 are split in three, of which the
 * image is one.
 */
async function kernelPackages(paths: DataPaths, flavour: KernelFlavour): Promise<readonly string[]> {
  const env = { APT_CONFIG: await foreignApt(paths) };
  const show = (name: string): Promise<string> =>
    run('apt-cache', ['show', '--no-all-versions', name], { env, mend: MEND });
  const image = /^Depends:.*?(linux-image-\d[^ ,]*)/m.exec(await show(`linux-image-${flavour}`))?.[1];
  if (image === undefined)
    throw new MapscopeError('SETUP_FAILED', `linux-image-${flavour} of ${SUITE} names no kernel: ${MEND}`);
  const parts = ['linux-binary', 'linux-modules'].map((part) => image.replace('linux-image', part));
  const split = /^Depends:.*linux-(binary|modules)-/m.test(await show(image));
  return split ? [image, ...parts] : [image];
}

/** As privateApt, of another architecture: with no package installed, and lists of its own. */
async function foreignApt(paths: DataPaths): Promise<string> {
  const root = join(paths.bin, 'arm64/apt');
  const config = join(root, 'apt.conf');
  if (existsSync(config)) return config;
  for (const folder of ['lists/partial', 'cache/archives/partial', 'parts'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'status'), '');
  const source = `deb [arch=arm64 signed-by=${KEYRING}] ${debianMirror(aptSources())} ${SUITE} main\n`;
  writeFileSync(join(root, 'sources.list'), source);
  writeFileSync(`${config}.new`, foreignConfig(root));
  await run('apt-get', ['update', '-qq'], { env: { APT_CONFIG: `${config}.new` }, mend: MEND });
  writeFileSync(config, foreignConfig(root));
  return config;
}

const foreignConfig = (root: string): string =>
  [
    'APT::Architecture "arm64";',
    'APT::Architectures { "arm64"; };',
    `Dir::State "${root}";`,
    `Dir::State::lists "${root}/lists";`,
    `Dir::State::status "${root}/status";`,
    `Dir::Cache "${root}/cache";`,
    `Dir::Etc::sourcelist "${root}/sources.list";`,
    `Dir::Etc::sourceparts "${root}/parts";`,
    `Dir::Etc::preferences "${root}/parts/none";`,
    `Dir::Etc::preferencesparts "${root}/parts";`,
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    '',
  ].join('\n');

function packagesIn(host: string, guest: string, kernel: string): Arm64Packages {
  const folders = ['usr/lib', 'lib'].flatMap((folder) => globSync(join(host, folder, '*-linux-gnu')));
  return {
    // The machine's own where it was installed before: then there was nothing to fetch.
    qemu: first(`${host}/usr/bin/qemu-system-aarch64`, '/usr/bin/qemu-system-aarch64'),
    libraries: folders.join(':'),
    firmware: first(`${host}/usr/share/qemu`, '/usr/share/qemu'),
    guest,
    kernel: first(`${kernel}/boot/vmlinuz-*`, `${kernel}/usr/lib/modules/*/vmlinuz`),
    modules: first(`${kernel}/usr/lib/modules`, `${kernel}/lib/modules`),
  };
}

function first(...patterns: readonly string[]): string {
  const [found] = patterns.flatMap((pattern) => globSync(pattern));
  if (found === undefined)
    throw new MapscopeError(
      'SETUP_FAILED',
      `${patterns.join(' or ')} is missing: remove .mapscope/bin/arm64* and retry`,
    );
  return found;
}
