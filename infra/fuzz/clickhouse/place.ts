/** The role `clickhouse` as a process of its own, with a file beside it that nobody may touch. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataPaths } from '../../world/paths.ts';
import { freePort } from '../../world/ports.ts';
import { startClickhouse } from '../../world/roles.ts';
import type { FuzzPlace } from './run.ts';

export async function openFuzzPlace(): Promise<FuzzPlace & AsyncDisposable> {
  const home = mkdtempSync(join(tmpdir(), 'mapscope-fuzz-'));
  const kept = join(home, 'kept');
  mkdirSync(kept);
  writeFileSync(join(kept, 'canary.csv'), '1,"canary"\n');
  const port = await freePort();
  const { process: role } = await startClickhouse(dataPaths(home), port);
  return {
    port,
    pid: role.pid,
    isRunning: role.running,
    folder: kept,
    files: () => [...listing(kept), ...readdirSync(home).toSorted(), ...temporary(role.pid)],
    spoolDir: spoolOf(dataPaths(home).clickhouseData),
    [Symbol.asyncDispose]: async () => {
      await role.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** As the role names it where nobody says another (apps/ingest/src/run-clickhouse.ts). */
function spoolOf(dataDir: string): string {
  const { dev, ino } = statSync(dataDir);
  return `/dev/shm/mapscope-${dev}-${ino}`;
}

/** Programs name what they leave there after their process. */
const temporary = (pid: number): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`tmp${pid}`));

const listing = (folder: string): readonly string[] =>
  readdirSync(folder).map((name) => {
    const { size, mtimeMs } = statSync(join(folder, name));
    return `${name} ${size} ${mtimeMs}`;
  });
