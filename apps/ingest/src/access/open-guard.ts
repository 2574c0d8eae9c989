/** The door of a role that listens, from its settings: reads the key file, hashes with node:crypto. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type ACCESS_OPTIONS,
  type ConfigValues,
  type Guard,
  type KeyFile,
  MapscopeError,
  accessPolicy,
  createGuard,
  parseKeyFile,
} from '@mapscope/events';

export type AccessConfig = ConfigValues<typeof ACCESS_OPTIONS> & { readonly host: string };

/** Throws CONFIG_INVALID when the role may not start like this. `onProblem` hears of a key file that broke later. */
export function openGuard(config: AccessConfig, onProblem: (error: Error) => void): Guard {
  const { host: boundHost, keysFile, requireKey, allowedHosts, allowedOrigins } = config;
  const hasKeys = keysFile !== undefined;
  return createGuard({
    policy: accessPolicy({ boundHost, hasKeys, requireKey, allowedHosts, allowedOrigins }),
    readKeys: keysFile === undefined ? undefined : () => readKeyFile(keysFile),
    nowUnixMillis: Date.now,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    onProblem,
  });
}

function readKeyFile(path: string): KeyFile {
  let json: string;
  try {
    json = readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const mend = 'make it with "npm run key -- create --scope read", or give its path with --keys-file';
    throw new MapscopeError('CONFIG_INVALID', `the key file cannot be read (${why}): ${mend}`, {
      facts: { file: path },
      cause,
    });
  }
  return parseKeyFile(json, path);
}
