/**
 * Writes an initramfs: a cpio archive of format newc, which the kernel unpacks into its first file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Several archives in one file are unpacked one after
 * the other, so what never changes is written once.
 *
 *     ┌ "070701" ┬ 13 numbers, 8 hex digits each ┬ name, 0 ┬ to 4 ┬ data ┬ to 4 ┐ … "TRAILER!!!"
 *     ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
 */
import { closeSync, openSync, readFileSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type ArchiveEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'text'; readonly path: string; readonly text: string; readonly executable?: boolean }
  /** as it is on this machine, links followed */
  | { readonly kind: 'copy'; readonly path: string; readonly from: string };

const MODES = { folder: 0o040755, link: 0o120777, file: 0o100644, program: 0o100755 };
const TRAILER = 'TRAILER!!!';

/** @param names without a slash at the beginning; folders must come before what is in them */
export function writeArchive(file: string, entries: readonly ArchiveEntry[]): void {
  const output = openSync(file, 'w');
  try {
    for (const bytes of archivePieces(withFolders(entries))) writeSync(output, bytes);
  } finally {
    closeSync(output);
  }
}

export function* archivePieces(entries: readonly ArchiveEntry[]): Generator<Uint8Array> {
  let number = 1;
  for (const entry of entries) yield* piecesOf(entry, number++);
  yield* pieces(TRAILER, 0, number, new Uint8Array(0));
}

/** A folder's whole content, below another path. */
export function copyFolder(from: string, path: string, wanted: (name: string) => boolean = () => true): ArchiveEntry[] {
  return readdirSync(from, { withFileTypes: true }).flatMap((item) => {
    if (!wanted(item.name)) return [];
    const [source, target] = [join(from, item.name), `${path}/${item.name}`];
    if (item.isSymbolicLink() ? statSync(source).isDirectory() : item.isDirectory())
      return copyFolder(source, target, wanted);
    return [{ kind: 'copy', path: target, from: source } as const];
  });
}

/** Each folder once, before what lies in it. */
function withFolders(entries: readonly ArchiveEntry[]): readonly ArchiveEntry[] {
  const made = new Set<string>();
  return entries.flatMap((entry) => {
    const parts = entry.path.split('/').slice(0, -1);
    const folders = parts.map((_, index) => parts.slice(0, index + 1).join('/')).filter((path) => !made.has(path));
    for (const path of folders) made.add(path);
    if (entry.kind === 'folder') made.add(entry.path);
    return [...folders.map((path) => ({ kind: 'folder', path }) as const), entry];
  });
}

function piecesOf(entry: ArchiveEntry, number: number): Generator<Uint8Array> {
  switch (entry.kind) {
    case 'folder':
      return pieces(entry.path, MODES.folder, number, new Uint8Array(0));
    case 'link':
      return pieces(entry.path, MODES.link, number, Buffer.from(entry.to));
    case 'text':
      return pieces(
        entry.path,
        entry.executable === true ? MODES.program : MODES.file,
        number,
        Buffer.from(entry.text),
      );
    case 'copy': {
      const isProgram = (statSync(entry.from).mode & 0o111) !== 0;
      return pieces(entry.path, isProgram ? MODES.program : MODES.file, number, readFileSync(entry.from));
    }
  }
}

function* pieces(path: string, mode: number, number: number, data: Uint8Array): Generator<Uint8Array> {
  const name = Buffer.from(`${path}\0`);
  const fields = [number, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).toUpperCase().padStart(8, '0')).join('')}`;
  yield Buffer.concat([Buffer.from(header), name, padding(header.length + name.length)]);
  if (data.length > 0) yield data;
  yield padding(data.length);
}

const padding = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4);
