/** A real Prometheus and a real Alertmanager, Debian's, with the files of infra/prometheus; for tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const ROOT = new URL('../../../..', import.meta.url).pathname;
export const FILES = join(ROOT, 'infra/prometheus');
const DEBIAN = join(ROOT, '.mapscope/bin/debian');
const PROMETHEUS = join(DEBIAN, 'prometheus/usr/bin/prometheus');
const ALERTMANAGER = join(DEBIAN, 'prometheus-alertmanager');
export const PROMTOOL = join(DEBIAN, 'prometheus/usr/bin/promtool');

export const whyNot =
  existsSync(PROMTOOL) && existsSync(ALERTMANAGER)
    ? undefined
    : "Debian's packages prometheus and prometheus-alertmanager could not be fetched: npm test tries to";

/** Taken all at once, so that none is given twice; ask for them last, as others take free ports too. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const addresses = servers.map((server) => server.address());
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return addresses.map((address) => (typeof address === 'object' && address !== null ? address.port : 0));
}

/** A copy of infra/prometheus, with what a test has elsewhere or cannot wait for. */
export function copiedFiles(replace: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-prometheus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(FILES, folder, { recursive: true });
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.yml')) continue;
    const path = join(folder, file);
    writeFileSync(path, replace(readFileSync(path, 'utf8')));
  }
  return folder;
}

async function untilEnd(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  else return;
  await closed;
}

function start(program: string, args: readonly string[]): void {
  const child = spawn(program, args, { stdio: 'ignore' });
  onTestFinished(() => untilEnd(child));
}

/** Returns its address; it may not listen yet. */
export function startPrometheus(folder: string, port = 0): string {
  start(PROMETHEUS, [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
    '--rules.alert.resend-delay=1s',
  ]);
  return `http://127.0.0.1:${port}`;
}

/** Debian's looks for its templates below /usr/share: it sees them there, in a mount namespace of its own. */
export function startAlertmanager(folder: string, port = 0): void {
  const mount = `mount -t overlay overlay -o lowerdir=${ALERTMANAGER}/usr/share:/usr/share /usr/share`;
  const flags = [
    `--config.file=${folder}/alertmanager.yml`,
    `--storage.path=${folder}/alertmanager`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  const program = join(ALERTMANAGER, 'usr/bin/prometheus-alertmanager');
  start('unshare', ['-m', 'sh', '-c', `${mount} && exec "$0" "$@"`, program, ...flags]);
}

interface Alert {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Asks a Prometheus that may not answer yet: nothing then. */
export function asking(url: string) {
  const ask = async <Data>(path: string, none: Data): Promise<Data> => {
    const response = await fetch(`${url}/api/v1/${path}`).catch(() => undefined);
    // The shapes are those of Prometheus' HTTP API.
    return response?.ok === true ? ((await response.json()) as { readonly data: Data }).data : none;
  };
  return {
    /** values of an instant query */
    series: async (query: string): Promise<readonly string[]> => {
      const none: { readonly result: readonly { readonly value: readonly [number, string] }[] } = { result: [] };
      const { result } = await ask(`query?query=${encodeURIComponent(query)}`, none);
      return result.map(({ value }) => value[1]);
    },
    firing: async (): Promise<readonly (string | undefined)[]> => {
      const { alerts } = await ask<{ readonly alerts: readonly Alert[] }>('alerts', { alerts: [] });
      return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels['alertname']);
    },
    /** as JSON */
    exemplars: async (query: string): Promise<string> =>
      JSON.stringify(await ask<unknown>(`query_exemplars?query=${query}&start=0&end=9999999999`, [])),
  };
}
