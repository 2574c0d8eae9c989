/** Journals on disk: one's own is written, those of others are looked through. */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type AgentId, MapscopeError } from '@mapscope/events';
import type { FoundJournal } from './predecessors.ts';
import {
  JOURNAL_BYTES,
  type JournalRecord,
  type Machine,
  SLOT_BYTES,
  decodeJournal,
  encodeSlot,
  journalName,
} from './record.ts';
import { attempt } from '../../process/attempt.ts';

export interface JournalFile extends Disposable {
  /** One write into the page cache, some ten microseconds. */
  readonly write: (record: JournalRecord) => void;
  /** The last word is said: nobody else has to. */
  readonly remove: () => void;
}

/** More than ever die within the seven days after which journals are deleted; the rest waits for the next start. */
const MAX_JOURNALS = 1_000;

export function createJournal(folder: string, agent: AgentId): JournalFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, journalName(agent));
  const fd = openSync(path, 'wx', 0o600);
  writeSync(fd, new Uint8Array(JOURNAL_BYTES));
  let sequence = 0n;
  let isOpen = true;
  const write = (record: JournalRecord): void => {
    const slot = encodeSlot(record, ++sequence);
    if (slot === undefined) throw tooLong(record);
    writeSync(fd, slot, 0, SLOT_BYTES, Number(sequence % 2n) * SLOT_BYTES);
  };
  const close = (): void => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return { write, remove: () => rmSync(path, { force: true }), [Symbol.dispose]: close };
}

function tooLong({ identity }: JournalRecord): MapscopeError {
  const bytes = identity.service.length + identity.platform.length;
  const text = `the names of service and platform are too long for the agent's journal (${bytes} characters): give a shorter --service`;
  return new MapscopeError('CONFIG_INVALID', text, { facts: { bytes } });
}

/** Latest first; what vanishes while we look was somebody else's to tell. */
export function findJournals(folder: string): readonly FoundJournal[] {
  const names = attempt(() => readdirSync(folder)) ?? [];
  return names
    .filter((name) => name.endsWith('.journal'))
    .flatMap((name) => attempt(() => readJournal(join(folder, name))) ?? [])
    .toSorted((a, b) => b.modifiedUnixMillis - a.modifiedUnixMillis)
    .slice(0, MAX_JOURNALS);
}

function readJournal(path: string): FoundJournal {
  const { mtimeMs, size } = statSync(path);
  const record = size > JOURNAL_BYTES ? undefined : decodeJournal(readFileSync(path));
  return { path, record, modifiedUnixMillis: mtimeMs };
}

export function removeJournal(path: string): void {
  rmSync(path, { force: true });
}

/** Linux: Documentation/admin-guide/sysctl/kernel.rst (random), namespaces(7). */
export function thisMachine(): Machine {
  return {
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
  };
}
