/**
 * One HTTP request of ClickHouse's interface (https://clickhouse.com/docs/interfaces/http), over the embedded engine.
 * GET may only read; the statement is the URL's `query` or the body; data of an INSERT is the body, never the statement.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Allowed, allows, type Guard, type Scope, wrongScope } from '@mapscope/events';
import type { EngineQuery, EngineResult } from './connection.ts';
import type { Engine } from './engine.ts';
import { httpStatusOf, refusal, refusedAtDoor, toServerException } from './exceptions.ts';
import { checkFence } from './fence.ts';
import { parseParameter } from './parameter.ts';
import { parseRequest, type RequestOptions } from './settings.ts';
import { readStatement, type Spool } from './spool.ts';
import { scopeOf } from './scope-of.ts';
import { classify, finishChange, finishRead, insertFromFile, placeholderTypes, type Statement } from './statement.ts';

export interface HandlerNeeds {
  readonly engine: Engine;
  readonly spool: Spool;
  readonly guard: Guard;
  readonly onFailure: (queryId: string, error: unknown) => void;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

const TEXT = 'text/plain; charset=UTF-8';
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  JSON: 'application/json; charset=UTF-8',
  JSONCompact: 'application/json; charset=UTF-8',
  JSONStrings: 'application/json; charset=UTF-8',
  JSONColumns: 'application/json; charset=UTF-8',
  JSONCompactColumns: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  JSONCompactEachRow: 'application/x-ndjson; charset=UTF-8',
  TabSeparated: 'text/tab-separated-values; charset=UTF-8',
  CSV: 'text/csv; charset=UTF-8; header=absent',
  CSVWithNames: 'text/csv; charset=UTF-8; header=present',
  Native: 'application/octet-stream',
  RowBinary: 'application/octet-stream',
};

export async function handle(needs: HandlerNeeds, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const queryId = url.searchParams.get('query_id')?.slice(0, 100) ?? randomUUID();
  let reply: Reply;
  try {
    reply = await route(needs, request, url);
  } catch (error) {
    needs.onFailure(queryId, error);
    reply = failure(error, needs.engine.version);
    // The rest of an upload is read and thrown away, so that the client sees the answer and not a broken pipe.
    request.resume();
  }
  const headers = { 'X-ClickHouse-Query-Id': headerSafe(queryId), 'X-ClickHouse-Timezone': 'UTC', ...reply.headers };
  response.writeHead(reply.status, { ...headers, 'Content-Length': Buffer.byteLength(reply.body) });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

const headerSafe = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

async function route(needs: HandlerNeeds, request: IncomingMessage, url: URL): Promise<Reply> {
  const caller = enter(needs.guard, request, url);
  if (url.pathname === '/ping') return plain('Ok.\n');
  if (url.pathname !== '/')
    return { ...plain(`There is no handle ${url.pathname}\nUse / or /ping for health checks.\n`), status: 404 };
  const fromUrl = url.searchParams.has('query');
  if (request.method === 'GET' && !fromUrl) return plain('Ok.\n');
  if (request.method !== 'GET' && request.method !== 'POST' && request.method !== 'HEAD') {
    return {
      ...plain(`Method ${request.method ?? ''} is not served: use GET to read, POST for everything\n`),
      status: 405,
    };
  }
  const options = parseRequest(url, request.headers);
  const canonical = await needs.engine.canonicalise(fromUrl ? options.query : await readStatement(request));
  const statement = classify(canonical);
  checkFence(canonical, needs.engine.names);
  if (request.method !== 'POST' && statement.kind !== 'read') {
    throw refusal(
      'READONLY',
      'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries',
    );
  }
  mayRun(caller, statement);
  return runStatement(needs, { request, options, canonical, fromUrl }, statement);
}

/** Health asks without a key, as `GET /` and `/ping` of ClickHouse do. Nothing is read of a body before this. */
function enter(guard: Guard, request: IncomingMessage, url: URL): Allowed {
  const isHealth = request.method !== 'POST' && (url.pathname === '/ping' || !url.searchParams.has('query'));
  const { headers, socket } = request;
  const answer = guard.check({ headers, localPort: socket.localPort }, isHealth ? 'none' : undefined);
  if (!answer.allowed) throw refusedAtDoor(answer);
  return answer;
}

function mayRun(caller: Allowed, statement: Statement): void {
  const scope: Scope = scopeOf(statement);
  if (!allows(caller, scope)) throw refusedAtDoor(wrongScope(caller, scope));
}

interface Asked {
  readonly request: IncomingMessage;
  readonly options: RequestOptions;
  readonly canonical: string;
  readonly fromUrl: boolean;
}

async function runStatement(needs: HandlerNeeds, asked: Asked, statement: Statement): Promise<Reply> {
  const query = (sql: string): EngineQuery => ({ sql, database: asked.options.database, parameters: bind(asked) });
  const { settings, defaultFormat } = asked.options;
  if (statement.kind === 'insert') return runInsert(needs, asked, statement, query);
  if (asked.fromUrl && Number(asked.request.headers['content-length'] ?? 0) > 0) {
    throw refusal('BAD_ARGUMENTS', 'this statement takes no data, yet the request has a body: leave one of them out');
  }
  if (statement.kind === 'change') {
    const sql = finishChange(statement.text, settings);
    return rowless(await needs.engine.reads.use((connection) => connection.ask(query(sql))), false);
  }
  const finished = finishRead(statement.text, defaultFormat, settings);
  const result = await needs.engine.reads.use((connection) => connection.ask(query(finished.sql)));
  return {
    status: 200,
    headers: {
      'Content-Type': CONTENT_TYPES[finished.format] ?? TEXT,
      'X-ClickHouse-Format': headerSafe(finished.format),
      'X-ClickHouse-Summary': summary(result, 0),
    },
    body: result.bytes,
  };
}

/** The connection is taken before the body is read, so that at most as many bodies as connections lie in memory. */
async function runInsert(
  needs: HandlerNeeds,
  asked: Asked,
  insert: Extract<Statement, { kind: 'insert' }>,
  query: (sql: string) => EngineQuery,
): Promise<Reply> {
  if (!asked.fromUrl) {
    throw refusal(
      'SYNTAX_ERROR',
      `INSERT … FORMAT ${insert.format} came without data: put the statement in ?query= and the data in the body`,
    );
  }
  const result = await needs.engine.inserts.use((connection) =>
    needs.spool.withBody(asked.request, (path) =>
      connection.ask(query(insertFromFile(insert, path, asked.options.settings))),
    ),
  );
  return rowless(result, true);
}

function bind({ canonical, options }: Asked): EngineQuery['parameters'] {
  if (options.parameters.size === 0) return {};
  const types = placeholderTypes(canonical);
  return Object.fromEntries(
    [...options.parameters].map(([name, text]) => [name, parseParameter(text, types.get(name) ?? 'String')]),
  );
}

function rowless(result: EngineResult, isInsert: boolean): Reply {
  return {
    status: 200,
    headers: { 'Content-Type': TEXT, 'X-ClickHouse-Summary': summary(result, isInsert ? result.rowsRead : 0) },
    body: '',
  };
}

/** written_rows counts the rows parsed from the body; the engine does not say which of them its deduplication dropped. */
function summary(result: EngineResult, writtenRows: number): string {
  return JSON.stringify({
    read_rows: String(result.rowsRead),
    read_bytes: String(result.bytesRead),
    written_rows: String(writtenRows),
    written_bytes: String(writtenRows === 0 ? 0 : result.bytesRead),
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: String(result.bytes.length),
    elapsed_ns: String(Math.round(result.elapsedSeconds * 1e9)),
  });
}

/** Where a body lay meanwhile is nobody's business. */
const SPOOLED = /\/\S*body-[0-9a-f-]{36}/g;

function failure(error: unknown, version: string): Reply {
  const { code, text } = toServerException(error);
  return {
    status: httpStatusOf(code),
    headers: { 'Content-Type': TEXT, 'X-ClickHouse-Exception-Code': String(code) },
    body: `${text.replace(SPOOLED, 'request body')} (version ${version} (embedded))\n`,
  };
}

function plain(body: string): Reply {
  return { status: 200, headers: { 'Content-Type': TEXT }, body };
}
