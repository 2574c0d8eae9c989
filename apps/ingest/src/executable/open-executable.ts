/**
 * An executable held open: what is read, what is told of it and what probes are attached to is one file, whatever
 * happens meanwhile to its name (replaced on disk) and to the process that ran it (another program by exec).
 */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readFile, readSync } from 'node:fs';
import { type ExecutableSource, executableProblem, pathOf } from './executable-problem.ts';

export interface OpenExecutable extends Disposable {
  /** Good for this process as long as it is open. */
  readonly path: string;
  /** device:inode */
  readonly file: string;
  /** Two files of one version are one version; a file that was written to is another. */
  readonly version: string;
  readonly readAt: (offset: number, sizeBytes: number) => Uint8Array;
  readonly readAll: () => Promise<Uint8Array>;
}

/** Buffers end at 2 GiB on some platforms, and no Go program with its symbols comes near this. */
const MAX_BYTES = 1n << 30n;

export function openExecutable(source: ExecutableSource): OpenExecutable {
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw executableProblem(source, errnoOf(error), error);
    }
  };
  // Not to wait for whoever writes into a pipe.
  const fd = told(() => openSync(pathOf(source), constants.O_RDONLY | constants.O_NONBLOCK));
  const close = (): void => closeSync(fd);
  try {
    const stat = told(() => regular(fd));
    const version = versionOf(stat);
    return {
      path: `/proc/self/fd/${fd}`,
      file: fileOf(stat),
      version,
      readAt: (offset, sizeBytes) => told(() => readAt(fd, offset, sizeBytes)),
      readAll: async () => {
        const bytes = await readWhole(fd).catch((error: unknown) => {
          throw executableProblem(source, errnoOf(error), error);
        });
        if (versionOf(fstatSync(fd, { bigint: true })) !== version) throw executableProblem(source, 'ETXTBSY');
        return bytes;
      },
      [Symbol.dispose]: close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

export const fileOf = ({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string => `${dev}:${ino}`;

const versionOf = (stat: BigIntStats): string => `${fileOf(stat)}:${stat.mtimeNs}:${stat.size}`;

function regular(fd: number): BigIntStats {
  const stat = fstatSync(fd, { bigint: true });
  if (stat.isDirectory()) throw errnoError('EISDIR');
  if (!stat.isFile()) throw errnoError('ENXIO');
  if (stat.size > MAX_BYTES) throw errnoError('EFBIG');
  return stat;
}

function readAt(fd: number, offset: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  return bytes.subarray(0, readSync(fd, bytes, 0, sizeBytes, offset));
}

/** From the file's beginning: readAt moves nothing. */
function readWhole(fd: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    readFile(fd, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
}

const errnoError = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
