/** Engine and API alone, over the planted shop: what pages draw needs neither broker nor kernel, and no quiet machine. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { dataPaths, REPO_ROOT, type DataPaths } from '../world/paths.ts';
import { freePort } from '../world/ports.ts';
import { startProcess, type RunningProcess } from '../world/process.ts';
import { startClickhouse } from '../world/roles.ts';
import { plantShop } from './browser-shop.ts';
import { run, type Shop } from './browser-shop-words.ts';

export interface ShopWorld {
  readonly shop: Shop;
  readonly apiUrl: string;
  readonly clickhouseUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly paths: DataPaths;
  readonly close: () => Promise<void>;
}

const READY_MILLIS = 60_000;

export async function openShopWorld(): Promise<ShopWorld> {
  const root = join(dataPaths().root, 'browser-shop');
  rmSync(root, { recursive: true, force: true });
  const paths = dataPaths(root);
  const clickhouse = await startClickhouse(paths, await freePort());
  for (const statement of schema()) await run(clickhouse.url, statement);
  const shop = await plantShop(clickhouse.url, Date.now());
  const api = await startApi(paths, clickhouse.url);
  const close = async (): Promise<void> => {
    await api.process.stop();
    await clickhouse.process.stop();
    rmSync(root, { recursive: true, force: true });
  };
  return { shop, apiUrl: api.url, clickhouseUrl: clickhouse.url, kafkaBrokers: [], paths, close };
}

/** The SQL that the writer runs when it starts. */
function schema(): readonly string[] {
  const argv = [join(REPO_ROOT, 'apps/ingest/dist/main.js'), 'schema'];
  const text = execFileSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  return text.split(/;\n/).filter((statement) => statement.trim() !== '');
}

async function startApi(
  paths: DataPaths,
  clickhouseUrl: string,
): Promise<{ readonly url: string; readonly process: RunningProcess }> {
  const port = await freePort();
  const running = startProcess({
    name: 'api',
    command: process.execPath,
    args: [
      join(REPO_ROOT, 'apps/api/dist/main.js'),
      `--port=${port}`,
      `--clickhouse-url=${clickhouseUrl}`,
      `--ui-dir=${join(REPO_ROOT, 'apps/ui/dist')}`,
    ],
    logFile: join(paths.logs, 'api.log'),
  });
  await running.event('ready', READY_MILLIS);
  return { url: `http://127.0.0.1:${port}`, process: running };
}
