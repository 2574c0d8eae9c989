/** Where things live. The repository is read, everything that is made goes under one folder that git ignores. */
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

export const REPO_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Folders below the data directory (default `.mapscope/` in the repository). */
export interface DataPaths {
  readonly root: string;
  readonly logs: string;
  readonly kafkaJars: string;
  readonly kafkaData: string;
  readonly clickhouseData: string;
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
    // Downloads and builds are the same for every run, so they are shared between data directories.
    kafkaJars: join(shared, 'kafka', 'lib'),
    goToolchains: join(shared, 'go'),
    goCache: join(shared, 'go-cache'),
    bin: join(shared, 'bin'),
  };
}
