/** Starts such a program in a folder of its own, asks it, and waits for its end. For tests. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pause } from '../test-target.ts';
import type { Ask, Stranger } from './stranger.ts';

const PROGRAMS = new URL('../../../../.mapscope/bin/', import.meta.url).pathname;
const START_MILLIS = 30_000;

export const executableOf = (stranger: Stranger): string => PROGRAMS + stranger.executable;
export const isAtHand = (stranger: Stranger): boolean => existsSync(executableOf(stranger));

export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

export interface RunningStranger extends AsyncDisposable {
  readonly pid: number;
  /** status, null where a signal ended it; and all it wrote to standard error */
  readonly end: (signal: NodeJS.Signals) => Promise<{ readonly status: number | null; readonly said: string }>;
}

export async function startStranger(stranger: Stranger, ports: readonly number[]): Promise<RunningStranger> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mapscope-stranger-'));
  for (const [name, text] of Object.entries(stranger.files(ports))) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  // esbuild ends when its standard input does.
  const child = spawn(executableOf(stranger), stranger.args(ports), {
    cwd: folder,
    env,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const closed = once(child, 'close');
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const stop = async (): Promise<void> => {
    if (isRunning()) child.kill('SIGKILL');
    await closed;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answers(stranger.ready(ports), isRunning, () => said);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    end: async (signal) => {
      child.kill(signal);
      await closed;
      return { status: child.exitCode, said };
    },
    [Symbol.asyncDispose]: stop,
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const connections = new Agent({ keepAlive: true, maxSockets: 8 });

/** As a program asks, not as a browser does: caddy refuses its administration to what sends Sec-Fetch-Mode, as fetch does. */
export async function get(url: string, headers: Readonly<Record<string, string>> = {}, body?: string): Promise<Answer> {
  const asked = request(url, { agent: connections, headers, method: body === undefined ? 'GET' : 'POST' });
  asked.end(body);
  const [response] = await once(asked, 'response');
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += String(part);
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

async function answers(url: string, isRunning: () => boolean, said: () => string): Promise<void> {
  const end = Date.now() + START_MILLIS;
  for (;;) {
    const answer = await get(url).catch(() => undefined);
    if (answer?.status === 200) return;
    if (!isRunning() || Date.now() > end) throw new Error(`${url} does not answer: ${said()}`);
    await pause(50);
  }
}

export interface Asked {
  readonly ask: Ask;
  readonly traceId: string;
  readonly status: number;
  /** status, kind and text of the answer */
  readonly answer: string;
}

/** Asks under a trace of its own. */
export async function askOnce(stranger: Stranger, ask: Ask): Promise<Asked> {
  const traceId = randomBytes(16).toString('hex');
  const headers = { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
  const { status, headers: kinds, text } = await get(ask.url, headers, ask.body);
  const steady = stranger.steady?.(text) ?? text;
  return { ask, traceId, status, answer: `${status} ${kinds['content-type'] ?? ''} ${steady}` };
}

/** One ask after the other: the same transcript from every fresh process. */
export async function askAll(stranger: Stranger, asks: readonly Ask[]): Promise<readonly Asked[]> {
  const all: Asked[] = [];
  for (const ask of asks) all.push(await askOnce(stranger, ask));
  return all;
}

/** Several at a time, for a while; on a busy machine at least once each. */
export async function load(stranger: Stranger, asks: readonly Ask[], millis: number): Promise<readonly Asked[]> {
  const end = Date.now() + millis;
  const all: Asked[] = [];
  const one = async (): Promise<void> => {
    do all.push(...(await askAll(stranger, asks)));
    while (Date.now() < end);
  };
  await Promise.all(Array.from({ length: 4 }, one));
  return all;
}
