/** The key file on disk: for its owner only, replaced as a whole, changed by one command at a time. */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatKeyFile, type KeyFile, MapscopeError, NO_KEYS, parseKeyFile } from '@mapscope/events';

/** No file yet is no keys yet. */
export function readKeyFile(path: string): KeyFile {
  let json: string;
  try {
    json = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return NO_KEYS;
    throw unusable(path, cause);
  }
  return parseKeyFile(json, path);
}

/**
 * The new text goes to a file beside it that only one can make ('wx'), so it is the lock as well, and readers see either
 * the old file or the new one (rename(2) is atomic).
 */
export function changeKeyFile(path: string, change: (keys: KeyFile) => KeyFile): void {
  const beside = `${path}.new`;
  const file = openBeside(path, beside);
  try {
    const text = formatKeyFile(change(readKeyFile(path)));
    // What the other programs would refuse to read is not written.
    parseKeyFile(text, path);
    writeSync(file, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function openBeside(path: string, beside: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(beside, 'wx', 0o600);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      const text = `another command is changing ${path}: try again, or remove ${beside} if none runs`;
      throw new MapscopeError('CONFIG_INVALID', text, { cause });
    }
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): MapscopeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MapscopeError('CONFIG_INVALID', `the key file cannot be used (${why}): give another with --file`, {
    facts: { file: path },
    cause,
  });
}
