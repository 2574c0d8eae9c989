/** The embedded engine with a data directory of its own, and programs of libs/store/bench that fill and ask it. */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { run } from '../../../setup/run.ts';
import { REPO_ROOT, dataPaths } from '../../../world/paths.ts';
import { freePort } from '../../../world/ports.ts';
import { startClickhouse } from '../../../world/roles.ts';

/** Measured: 35 bytes an event with all roll-ups; parts lie there twice while they are merged. */
const BYTES_AN_EVENT = 100;
const SPARE_BYTES = 2 ** 30;

export interface Filled {
  readonly rows: Readonly<Record<string, number>>;
  readonly sizeBytes: number;
  readonly fillSeconds: number;
}

interface Asked {
  readonly events: number;
  readonly asks: number;
  readonly hours?: number;
  readonly eventsPerSecond?: number;
}

/** What the program's last line says; the folder is gone afterwards. */
export async function inWorld<Answer>(script: string, asked: Asked): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-bench-'));
  try {
    checkDisk(folder, asked.events);
    const engine = await startClickhouse(dataPaths(folder), await freePort());
    try {
      return await child<Answer>(script, { ...asked, clickhouseUrl: engine.url, database: 'mapscope' });
    } finally {
      await engine.process.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkDisk(folder: string, events: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const wanted = events * BYTES_AN_EVENT + SPARE_BYTES;
  if (bavail * bsize >= wanted) return;
  throw new MapscopeError(
    'SETUP_FAILED',
    `${events} events may take ${Math.ceil(wanted / 2 ** 30)} GiB and ${folder} has ${Math.floor((bavail * bsize) / 2 ** 30)} GiB free: free some, set TMPDIR, or ask for fewer with --events=N`,
  );
}

async function child<Answer>(script: string, asked: object): Promise<Answer> {
  const file = join(REPO_ROOT, 'libs/store/bench', script);
  const words = ['--conditions=source', file, JSON.stringify(asked)];
  const output = await run(process.execPath, words, {
    mend: 'It needs 2 GiB of memory, and of disk 100 bytes an event',
  });
  // Our own programs: each prints the answer of its type as its last line.
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Answer;
}
