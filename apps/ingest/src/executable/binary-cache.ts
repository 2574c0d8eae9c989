/**
 * Programs that were read, by the version of their file: a service of ten replicas is read once. Bounded; a session
 * keeps what it uses, so what is forgotten here is at worst read again. Refusals are kept too: they need no rereading.
 */
import { inflateSync } from 'node:zlib';
import { MapscopeError } from '@mapscope/events';
import { type GoBinary, readGoBinary } from '@mapscope/golang';
import type { OpenExecutable } from './open-executable.ts';

export interface BinaryCache {
  readonly read: (executable: OpenExecutable) => Promise<GoBinary>;
}

/** A read program keeps its file in memory: some ten megabytes each. */
const MAX_PROGRAMS = 16;

export function makeBinaryCache(maxPrograms = MAX_PROGRAMS): BinaryCache {
  const programs = new Map<string, Promise<GoBinary>>();
  const read: BinaryCache['read'] = (executable) => {
    const known = programs.get(executable.version);
    const program = known ?? readProgram(executable);
    if (known === undefined) program.catch((error: unknown) => isFinal(error) || programs.delete(executable.version));
    // The latest asked for is last, so the first is the one to go.
    programs.delete(executable.version);
    programs.set(executable.version, program);
    const [oldest] = programs.keys();
    if (programs.size > maxPrograms && oldest !== undefined) programs.delete(oldest);
    return program;
  };
  return { read };
}

/** The file's own fault: it stays one until the file is another. */
function isFinal(error: unknown): boolean {
  return error instanceof MapscopeError && FINAL.has(error.code);
}

const FINAL: ReadonlySet<string> = new Set(['TARGET_NOT_GO', 'TARGET_UNSUPPORTED', 'BINARY_MALFORMED']);

/** Of DWARF sections: a size that was claimed too small is an error, not memory. */
const inflate = (compressed: Uint8Array, sizeBytes: number): Uint8Array =>
  inflateSync(compressed, { maxOutputLength: sizeBytes });

export async function readProgram(executable: Pick<OpenExecutable, 'readAll'>): Promise<GoBinary> {
  return readGoBinary(await executable.readAll(), { inflate });
}
