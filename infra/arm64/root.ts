/** What every job finds in the arm64 machine: busybox, the C library, Node, modules of the kernel, init. Written once. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Arm64Packages } from '../setup/tasks/arm64-packages.ts';
import { copyFolder, writeArchive, type ArchiveEntry } from './archive.ts';

const INIT = new URL('guest/init.sh', import.meta.url);
const LIBRARIES = 'usr/lib/aarch64-linux-gnu';

/** In the order in which they need each other; what a kernel has built in has no file. */
const MODULES = [
  ['virtio', 'virtio_ring', 'virtio_pci_modern_dev', 'virtio_pci_legacy_dev', 'virtio_pci', 'virtio_console'],
  ['failover', 'net_failover', 'virtio_net', 'rng-core', 'virtio-rng'],
].flat();

/** The file's name says what is in it. */
export function ensureRoot(packages: Arm64Packages, node: string): string {
  const init = readFileSync(INIT, 'utf8');
  const hash = createHash('sha256')
    .update([init, packages.kernel, node, ...MODULES].join('\n'))
    .digest('hex');
  const file = join(dirname(packages.guest), `root-${hash.slice(0, 16)}.cpio`);
  if (existsSync(file)) return file;
  for (const old of globSync(`${dirname(packages.guest)}/root-*.new`)) rmSync(old);
  writeArchive(`${file}.new`, rootEntries(packages, node, init));
  renameSync(`${file}.new`, file);
  return file;
}

function rootEntries(packages: Arm64Packages, node: string, init: string): readonly ArchiveEntry[] {
  const modules = MODULES.flatMap((name) => globSync(`${packages.modules}/**/${name}.ko*`).slice(0, 1));
  return [
    { kind: 'text', path: 'init', text: init, executable: true },
    { kind: 'copy', path: 'bin/busybox', from: join(packages.guest, 'usr/bin/busybox') },
    { kind: 'copy', path: 'usr/bin/node', from: join(node, 'bin/node') },
    ...copyFolder(join(packages.guest, LIBRARIES), LIBRARIES, (name) => name !== 'gconv'),
    { kind: 'link', path: 'lib/aarch64-linux-gnu', to: `../${LIBRARIES}` },
    { kind: 'link', path: 'lib/ld-linux-aarch64.so.1', to: `../${LIBRARIES}/ld-linux-aarch64.so.1` },
    ...modules.map((from) => ({ kind: 'copy', path: `modules/${basename(from)}`, from }) as const),
    { kind: 'text', path: 'modules/order', text: MODULES.join('\n') },
    { kind: 'text', path: 'etc/passwd', text: 'root:x:0:0:root:/root:/bin/sh\n' },
    { kind: 'text', path: 'etc/group', text: 'root:x:0:\n' },
    { kind: 'text', path: 'etc/hosts', text: '127.0.0.1 localhost arm64\n10.0.2.2 host\n' },
  ];
}
