#!/usr/bin/env node
/** The api: reads its settings, opens what it needs, listens, says so on stdout. Everything is put together here. */
import { setTimeout as pause } from 'node:timers/promises';
import { describeOptions, wantsHelp, type Clock, type MapscopeError } from '@mapscope/events';
import { startTelemetry } from '@mapscope/otel';
import { objectiveOf } from '@mapscope/slo';
import { openStore, storeOptionsOf } from '@mapscope/store';
import { openGuard } from './access/open-guard.ts';
import { createApi } from './api.ts';
import { listen } from './start/listen.ts';
import { startBackground } from './start/background.ts';
import { API_OPTIONS, readApiConfig, type ApiConfig } from './start/options.ts';
import { probeControl } from './start/probe-control.ts';
import { logLine, tell, tellFailure } from './start/reporter.ts';
import { checkedUiDir } from './start/ui-dir.ts';
import { waitFor } from './start/wait-for.ts';

const CLICKHOUSE_PATIENCE = {
  totalMillis: 30_000,
  pauseMillis: 500,
  nowMillis: () => performance.now(),
  pause: (millis: number) => pause(millis),
  onWait: ({ code, message }: MapscopeError, totalMillis: number) =>
    logLine({ event: 'waiting', upToSeconds: totalMillis / 1000, code, message }),
};

/** An answer under way may hold the end up this long; then connections are cut. */
const STOP_MILLIS = 10_000;

const clock: Clock = {
  unixNanos: () => BigInt(Date.now()) * 1_000_000n,
  monotonicNanos: () => process.hrtime.bigint(),
};

const openApiStore = (config: ApiConfig) => waitFor(() => openStore(storeOptionsOf(config)), CLICKHOUSE_PATIENCE);

async function run(config: ApiConfig): Promise<void> {
  const uiDir = checkedUiDir(config.uiDir);
  const guard = openGuard(config, ({ message }) => logLine({ event: 'keys-unusable', message }));
  const telemetry = await startTelemetry({ serviceName: 'mapscope-api', env: process.env });
  const store = await openApiStore(config);
  const control = probeControl(config, logLine);
  // Known when it listens: port 0 is any.
  let listeningUrl = '';
  const publicUrl = (): string => (config.publicUrl ?? listeningUrl).replace(/\/+$/, '');
  const background = startBackground(config, { store, control, clock, log: logLine, publicUrl });
  const onClosed = async (): Promise<void> => {
    await background.close();
    await Promise.allSettled([store.close(), control?.close()]);
    await telemetry.shutdown();
    tell('stopped');
  };
  const thresholdNanos = config.sloMillis * 1e6;
  const objective = objectiveOf({ form: 'threshold', thresholdNanos, target: Number(config.sloPercent) / 100 });
  const needs = { store, control, clock, log: logLine, objective, publicUrl, onClosed };
  const app = await createApi(needs, { uiDir, guard, assistantWrites: config.mcpWrite });
  // Nest's default would end with signal 143; a stop that was asked for is no failure.
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, cutLater);
  const url = await listen(app, config.host, config.port);
  listeningUrl = url;
  tell('ready', { role: 'api', url, docs: `${url}/docs`, pid: process.pid });
}

function cutLater(): void {
  setTimeout(() => {
    logLine({ event: 'stop-forced', afterMillis: STOP_MILLIS });
    process.exit(0);
  }, STOP_MILLIS).unref();
}

async function main(argv: readonly string[]): Promise<void> {
  if (wantsHelp(argv)) {
    process.stdout.write(`api [--flags]\n\n${describeOptions(API_OPTIONS)}\n`);
    return;
  }
  await run(readApiConfig(argv, process.env));
}

process.on('unhandledRejection', (error) => process.exit(tellFailure(error)));

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exit(tellFailure(error));
}
