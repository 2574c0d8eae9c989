/** The role `clickhouse`: the engine behind ClickHouse's HTTP interface, until a signal. */
import { mkdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { openGuard } from './access/open-guard.ts';
import { type RoleLog, startClickhouseRole } from './clickhouse/role.ts';
import type { ClickhouseConfig } from './clickhouse-options.ts';
import type { LogLevel, Reporter } from './process/reporter.ts';
import { whenAborted } from './process/stop-signal.ts';

export async function runClickhouse(config: ClickhouseConfig, reporter: Reporter, stop: AbortSignal): Promise<void> {
  const { host, port, dataDir } = config;
  await using role = await startClickhouseRole({
    host,
    port,
    guard: openGuard(config, ({ message }) => reporter.log('warn', message, {})),
    dataDir: resolve(dataDir),
    spoolDir: config.spoolDir ?? spoolOf(resolve(dataDir)),
    memoryBytes: config.memoryMib * 1024 * 1024,
    log: roleLog(reporter),
  });
  reporter.event('ready', { role: 'clickhouse', pid: process.pid, url: role.url, version: role.version });
  await whenAborted(stop);
  await role.close();
  reporter.event('stopped', { role: 'clickhouse' });
}

/**
 * Memory-backed, and always the same for a data directory, which one role at a time has: what a killed one left there is memory,
 * and goes when the next one starts.
 */
function spoolOf(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const { dev, ino } = statSync(dataDir);
  return `/dev/shm/mapscope-${dev}-${ino}`;
}

function roleLog(reporter: Reporter): RoleLog {
  const at =
    (level: LogLevel): RoleLog['info'] =>
    (facts, message) =>
      reporter.log(level, message, facts);
  return { info: at('info'), warn: at('warn') };
}
