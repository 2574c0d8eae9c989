/** The role `clickhouse`: the engine behind ClickHouse's HTTP interface, until a signal. */
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
    // Memory-backed, and one per process, since the role empties it.
    spoolDir: config.spoolDir ?? `/dev/shm/mapscope-${process.pid}`,
    memoryBytes: config.memoryMib * 1024 * 1024,
    log: roleLog(reporter),
  });
  reporter.event('ready', { role: 'clickhouse', pid: process.pid, url: role.url, version: role.version });
  await whenAborted(stop);
  await role.close();
  reporter.event('stopped', { role: 'clickhouse' });
}

function roleLog(reporter: Reporter): RoleLog {
  const at =
    (level: LogLevel): RoleLog['info'] =>
    (facts, message) =>
      reporter.log(level, message, facts);
  return { info: at('info'), warn: at('warn') };
}
