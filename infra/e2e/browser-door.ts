/** A second API over the same stores that demands a key, behind a proxy that hears what tails send and can cut them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from '@mapscope/events';
import { REPO_ROOT } from '../world/paths.ts';
import { freePort } from '../world/ports.ts';
import { startProcess } from '../world/process.ts';
import type { World } from '../world/world.ts';
import { openProxy, type Proxy } from './browser-proxy.ts';

export interface Door {
  readonly proxy: Proxy;
  readonly makeKey: (scope: Scope) => string;
  readonly revoke: (key: string) => void;
  readonly close: () => Promise<void>;
}

const READY_MILLIS = 30_000;
/** An API that has just read its keys knows a new one a second later (libs/events, access/guard.ts). */
const KEY_COUNTS_MILLIS = 1100;

/** What it stands before; without brokers probes cannot be switched. */
export type BehindDoor = Pick<World, 'paths' | 'clickhouseUrl' | 'kafkaBrokers'>;

export async function openDoor(world: BehindDoor): Promise<Door> {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-door-'));
  const keysFile = join(folder, 'keys.json');
  const keys = (...given: readonly string[]): string => {
    const argv = ['--conditions=source', '--disable-warning=ExperimentalWarning', join(REPO_ROOT, 'infra/key/main.ts')];
    const args = [...argv, ...given, '--file', keysFile];
    const said = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, KEY_COUNTS_MILLIS);
    return said;
  };
  const makeKey = (scope: Scope): string => keys('create', '--scope', scope, '--expires', '1h');
  const revoke = (key: string): void => void keys('revoke', key);
  // The file has to exist before the API starts; nobody gets this key.
  makeKey('ingest');
  const [port, proxy] = [await freePort(), await openProxy()];
  const api = startProcess({
    name: 'api-with-keys',
    command: process.execPath,
    args: apiArgs(world, { port, keysFile, host: new URL(proxy.url).host }),
    logFile: join(world.paths.logs, 'api-with-keys.log'),
  });
  await api.event('ready', READY_MILLIS);
  proxy.to(port);
  const close = async (): Promise<void> => {
    proxy.close();
    await api.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { proxy, makeKey, revoke, close };
}

interface ApiPlace {
  readonly port: number;
  readonly keysFile: string;
  readonly host: string;
}

const apiArgs = (world: BehindDoor, { port, keysFile, host }: ApiPlace): readonly string[] => [
  join(REPO_ROOT, 'apps/api/dist/main.js'),
  `--port=${port}`,
  `--ui-dir=${join(REPO_ROOT, 'apps/ui/dist')}`,
  ...(world.kafkaBrokers.length === 0 ? [] : [`--kafka-brokers=${world.kafkaBrokers.join(',')}`]),
  `--clickhouse-url=${world.clickhouseUrl}`,
  '--require-key',
  `--keys-file=${keysFile}`,
  `--allowed-hosts=${host}`,
];
