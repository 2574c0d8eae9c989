/** Where things live. The repository is read, everything that is made goes under one folder that git ignores. */
import { accessSync, constants, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

export const REPO_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Folders below the data directory (default `.mapscope/` in the repository). */
export interface DataPaths {
  readonly root: string;
  readonly logs: string;
  readonly kafkaJars: string;
  readonly kafkaData: string;
  readonly clickhouseData: string;
  readonly agentData: string;
  readonly goToolchains: string;
  readonly goCache: string;
  readonly bin: string;
}

export function dataPaths(root: string = join(REPO_ROOT, '.mapscope')): DataPaths {
  const shared = join(REPO_ROOT, '.mapscope');
  return {
    root,
    logs: join(root, 'logs'),
    kafkaData: join(root, 'kafka', 'data'),
    clickhouseData: join(root, 'clickhouse'),
    agentData: join(root, 'agent'),
    // Downloads and builds are the same for every run, so they are shared between data directories.
    kafkaJars: join(mayUse(shared, 'kafka/lib') ? shared : root, 'kafka', 'lib'),
    goToolchains: join(shared, 'go'),
    goCache: join(shared, 'go-cache'),
    bin: join(shared, 'bin'),
  };
}

/** In somebody else's checkout (e.g. root's) a download is used where it is there; else it goes to one's own place. */
function mayUse(folder: string, name: string): boolean {
  return existsSync(join(folder, name)) || mayWrite(folder);
}

/** Into the folder, or into the one it would be made in. */
function mayWrite(folder: string): boolean {
  if (!existsSync(folder)) return folder !== dirname(folder) && mayWrite(dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
