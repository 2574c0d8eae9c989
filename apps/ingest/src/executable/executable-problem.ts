/** Why an executable cannot be read, from the kernel's errno to words that say how to mend it. Pure. */
import { type ErrorCode, MapscopeError } from '@mapscope/events';

/** A file by its path, or what a process runs. */
export type ExecutableSource =
  | { readonly by: 'path'; readonly path: string }
  | { readonly by: 'pid'; readonly pid: number };

/** The link itself: it leads to the right file even when that was replaced or lies in a container. */
export const pathOf = (source: ExecutableSource): string =>
  source.by === 'path' ? source.path : `/proc/${source.pid}/exe`;

type Words = readonly [ErrorCode, string];

export function executableProblem(source: ExecutableSource, errno: string, cause?: unknown): MapscopeError {
  const [code, message] = source.by === 'pid' ? ofProcess(source.pid, errno) : ofPath(source.path, errno);
  const facts = source.by === 'pid' ? { pid: source.pid, errno } : { path: source.path, errno };
  return new MapscopeError(code, message, { facts, cause });
}

function ofProcess(pid: number, errno: string): Words {
  switch (errno) {
    case 'ENOENT':
    case 'ESRCH':
      return ['TARGET_NOT_FOUND', `process ${pid} has ended or never was: give the pid of one that runs`];
    case 'EACCES':
    case 'EPERM':
      return ['NOT_ROOT', `the executable of process ${pid} cannot be read (${errno}): run as root`];
    default:
      return ofFile(`the executable of process ${pid}`, errno);
  }
}

function ofPath(path: string, errno: string): Words {
  switch (errno) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return ['TARGET_NOT_FOUND', `${path} is not there (${errno}): give the path of the service's executable`];
    case 'EACCES':
    case 'EPERM':
      return ['NOT_ROOT', `${path} cannot be read (${errno}): run as a user who may, such as root, or chmod a+r it`];
    case 'ELOOP':
      return [
        'TARGET_NOT_FOUND',
        `${path}: its symbolic links lead in a circle: give the path of the program itself (ls -l shows where each link leads)`,
      ];
    default:
      return ofFile(path, errno);
  }
}

function ofFile(what: string, errno: string): Words {
  switch (errno) {
    case 'EISDIR':
      return ['TARGET_NOT_GO', `${what} is a directory: give the program in it`];
    case 'ENXIO':
      return ['TARGET_NOT_GO', `${what} is no regular file: give the path of a program`];
    case 'ETXTBSY':
      return ['TARGET_NOT_FOUND', `${what} is being written (text file busy): wait until it is copied, then ask again`];
    case 'EFBIG':
      return [
        'TARGET_UNSUPPORTED',
        `${what} is larger than a gigabyte: strip its debug information (go build -ldflags=-w)`,
      ];
    case 'EMFILE':
    case 'ENFILE':
      return ['SETUP_FAILED', `${what} cannot be opened, too many files are (${errno}): raise ulimit -n`];
    default:
      return ['TARGET_NOT_FOUND', `${what} cannot be read (${errno}): check the file system it is on, then ask again`];
  }
}
