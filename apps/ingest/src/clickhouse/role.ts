/**
 * The ingest role `clickhouse`: the real ClickHouse engine (chDB) offered on ClickHouse's own HTTP interface, so that
 * @clickhouse/client, curl and Grafana speak to it as to a server. See README.md for what it refuses and why.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACCESS_DEFAULTS, type Guard, MapscopeError } from '@mapscope/events';
import { openGuard } from '../access/open-guard.ts';
import { type Engine, openEngine } from './engine.ts';
import { DEFAULT_READER_LIMITS, type ReaderLimits } from './engine-config.ts';
import { httpStatusOf, refusal, toServerException } from './exceptions.ts';
import { handle, type HandlerNeeds } from './handler.ts';
import { checkSpoolDirectory, openSpool, pipePaths, type Spool } from './spool.ts';

/** The small part of a pino logger that is used here. */
export interface RoleLog {
  readonly info: (facts: Readonly<Record<string, unknown>>, message: string) => void;
  readonly warn: (facts: Readonly<Record<string, unknown>>, message: string) => void;
}

export interface ClickhouseRoleOptions {
  readonly host: string;
  /** 0 takes a free port */
  readonly port: number;
  readonly dataDir: string;
  /** memory-backed, private to this role: emptied at start, removed at close */
  readonly spoolDir: string;
  readonly log: RoleLog;
  /** who may come in; absent: anybody on loopback, by its own names, without a key */
  readonly guard?: Guard | undefined;
  /** what the engine may hold at once; default 640 MiB */
  readonly memoryBytes?: number | undefined;
  /** one insert, decompressed; default 256 MiB */
  readonly maxBodyBytes?: number | undefined;
  readonly readerLimits?: Partial<ReaderLimits> | undefined;
  /** queries at once; default 3 */
  readonly queryConnections?: number | undefined;
  /** inserts at once; default 2 */
  readonly insertConnections?: number | undefined;
  /** requests waiting for a connection before the next is refused with code 202; default 64 */
  readonly queueLimit?: number | undefined;
}

export interface ClickhouseRole {
  readonly url: string;
  readonly version: string;
  /** takes no new request, lets the running ones end, closes the engine */
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

const MIB = 1024 * 1024;
/** The whole of one upload; ends the slot of a client that stopped sending. */
const REQUEST_TIMEOUT_MILLIS = 60_000;
/** As ClickHouse's default keep_alive_timeout, longer than the official client's idle socket (2.5 s). */
const KEEP_ALIVE_MILLIS = 10_000;
/** Parameters come in the URL. ClickHouse takes a mebibyte of it (http_max_uri_size), Node by itself 16 KiB. */
const MAX_HEAD_BYTES = 256 * 1024;

export async function startClickhouseRole(options: ClickhouseRoleOptions): Promise<ClickhouseRole> {
  const guard = options.guard ?? openGuard({ ...ACCESS_DEFAULTS, host: options.host }, () => undefined);
  checkSpoolDirectory(options.spoolDir);
  const server = createServer({
    requestTimeout: REQUEST_TIMEOUT_MILLIS,
    keepAliveTimeout: KEEP_ALIVE_MILLIS,
    maxHeaderSize: MAX_HEAD_BYTES,
  });
  // The port first: it fails faster than the engine opens. Requests that come before it is open get 503.
  const door = createDoor(server, options.log);
  await listen(server, options.host, options.port);
  const { engine, spool } = await openInside(options).catch((error: unknown) => {
    server.close();
    throw error;
  });
  door.open({ engine, spool, guard, onFailure: failureLog(options.log) });
  const url = urlOf(server, options.host);
  options.log.info({ url, version: engine.version, dataDir: options.dataDir }, 'ClickHouse engine is up');
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= shutDown(server, door, engine).finally(() => spool.close()));
  return { url, version: engine.version, close, [Symbol.asyncDispose]: close };
}

/** Connections, and one each for parsing, for killing and for bodies: with fewer, nobody could end what waits. */
function warnAboutThreads(connections: number, log: RoleLog): void {
  // libuv's own default is 4 (docs.libuv.org, threadpool).
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  if (threads >= connections + 3) return;
  log.warn({ threads, connections }, `set UV_THREADPOOL_SIZE to at least ${connections + 3} before Node starts`);
}

/** The spool last: emptying it is safe only for the one who holds the engine's lock. */
async function openInside(options: ClickhouseRoleOptions): Promise<{ readonly engine: Engine; readonly spool: Spool }> {
  const pipes = pipePaths(options.spoolDir, options.queryConnections ?? 3);
  warnAboutThreads(pipes.length + (options.insertConnections ?? 2), options.log);
  const engine = await openEngine(engineOptions(options, pipes));
  try {
    return { engine, spool: openSpool(options.spoolDir, options.maxBodyBytes ?? 256 * MIB, pipes) };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function failureLog(log: RoleLog): HandlerNeeds['onFailure'] {
  return (queryId, error) =>
    log.warn({ queryId, error: error instanceof Error ? error.message : String(error) }, 'query refused');
}

/** Lets requests in while the engine is open, and knows how many are inside. */
interface Door {
  readonly open: (needs: HandlerNeeds) => void;
  /** turns new requests away and resolves when the last one inside is answered */
  readonly shut: () => Promise<void>;
}

/** With a number, so that clients know that it passes: a writer that took it for a refusal of its data would cut its block anew. */
const NOT_OPEN = toServerException(
  refusal('TOO_MANY_SIMULTANEOUS_QUERIES', 'The engine is starting or stopping: try again'),
);
const NOT_OPEN_HEAD = {
  'Retry-After': '1',
  Connection: 'close',
  'X-ClickHouse-Exception-Code': String(NOT_OPEN.code),
};

function createDoor(server: Server, log: RoleLog): Door {
  let needs: HandlerNeeds | undefined;
  const inside = new Set<Promise<void>>();
  server.on('request', (request, response) => {
    if (needs === undefined) {
      response.writeHead(httpStatusOf(NOT_OPEN.code), NOT_OPEN_HEAD).end(`${NOT_OPEN.text}\n`);
      return;
    }
    const answered = handle(needs, request, response)
      .catch((error: unknown) => log.warn({ error: String(error) }, 'answer not sent'))
      .finally(() => inside.delete(answered));
    inside.add(answered);
  });
  return {
    open: (given) => {
      needs = given;
    },
    shut: async () => {
      needs = undefined;
      await Promise.all(inside);
    },
  };
}

function engineOptions(options: ClickhouseRoleOptions, pipes: readonly string[]): Parameters<typeof openEngine>[0] {
  return {
    dataDir: options.dataDir,
    memoryBytes: options.memoryBytes ?? 640 * MIB,
    limits: { ...DEFAULT_READER_LIMITS, ...options.readerLimits },
    pipes,
    insertConnections: options.insertConnections ?? 2,
    queueLimit: options.queueLimit ?? 64,
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenFailed(host, port, cause)));
    server.listen(port, host, () => resolve());
  });
}

function listenFailed(host: string, port: number, cause: NodeJS.ErrnoException): MapscopeError {
  const facts = { host, port };
  if (cause.code === 'EADDRINUSE') {
    return new MapscopeError(
      'PORT_TAKEN',
      `Port ${port} on ${host} is taken by another program: stop it, or give CLICKHOUSE_URL if it is a ClickHouse server, or another port`,
      { facts, cause },
    );
  }
  return new MapscopeError(
    'CONFIG_INVALID',
    `Cannot listen on ${host}:${port} (${cause.code ?? cause.message}): give an address of this machine and a free port`,
    { facts, cause },
  );
}

function urlOf(server: Server, host: string): string {
  // A TCP server that listens has an AddressInfo (node:net, server.address()).
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function shutDown(server: Server, door: Door, engine: Engine): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await door.shut();
  await engine.close();
  server.closeAllConnections();
  await closed;
}
