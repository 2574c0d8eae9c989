/**
 * One HTTP request of ClickHouse's interface (https://clickhouse.com/docs/interfaces/http), over the embedded engine.
 * GET may only read; the statement is the URL's `query` or the body; data of an INSERT is the body, never the statement.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Allowed, allows, type Guard, type Scope, wrongScope } from '@mapscope/events';
import { answerRead } from './answer-read.ts';
import type { Engine } from './engine.ts';
import { refusal, refusedAtDoor } from './exceptions.ts';
import { checkFence, checkFormatName } from './fence.ts';
import type { Bound } from './parameters.ts';
import { failure, headerSafe, plain, type Reply, rowless, summaryOfChange, summaryOfInsert } from './reply.ts';
import { stoppable } from './running.ts';
import { parseRequest, type RequestOptions } from './settings.ts';
import { readStatement, type Spool } from './spool.ts';
import { scopeOf } from './scope-of.ts';
import { classify, finishChange, finishRead, insertFromFile, type Statement } from './statement.ts';

export interface HandlerNeeds {
  readonly engine: Engine;
  readonly spool: Spool;
  readonly guard: Guard;
  readonly onFailure: (queryId: string, error: unknown) => void;
}

export async function handle(needs: HandlerNeeds, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urlOf(request);
  const queryId = url.searchParams.get('query_id')?.slice(0, 100) ?? randomUUID();
  const headers = { 'X-ClickHouse-Query-Id': headerSafe(queryId), 'X-ClickHouse-Timezone': 'UTC' };
  const call: Call = { request, response, url, headers, gone: goneSignal(response) };
  let reply: Reply | 'sent';
  try {
    reply = await route(needs, call);
  } catch (error) {
    needs.onFailure(queryId, error);
    reply = failure(error, needs.engine.version);
    // The rest of an upload is read and thrown away, so that the client sees the answer and not a broken pipe.
    request.resume();
  }
  if (reply === 'sent' || response.destroyed) return;
  response.writeHead(reply.status, { ...headers, ...reply.headers, 'Content-Length': Buffer.byteLength(reply.body) });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

/** What is no URL (`//`, `/:::`) becomes a path that nobody has. */
function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  return new URL(URL.canParse(target, 'http://localhost') ? target : '/not-a-url', 'http://localhost');
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** the client has closed its connection before it had its answer */
  readonly gone: AbortSignal;
}

function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client went away before it had its answer'));
  });
  return gone.signal;
}

async function route(needs: HandlerNeeds, call: Call): Promise<Reply | 'sent'> {
  const { request, url } = call;
  const caller = enter(needs.guard, request, url);
  if (url.pathname === '/ping') return plain('Ok.\n');
  if (url.pathname !== '/')
    return plain(`There is no handle ${url.pathname}\nUse / or /ping for health checks.\n`, 404);
  const fromUrl = url.searchParams.has('query');
  if (request.method === 'GET' && !fromUrl) return plain('Ok.\n');
  if (request.method !== 'GET' && request.method !== 'POST' && request.method !== 'HEAD') {
    return plain(`Method ${request.method ?? ''} is not served: use GET to read, POST for everything\n`, 405);
  }
  const options = parseRequest(url, request.headers);
  const canonical = await needs.engine.canonicalise(fromUrl ? options.query : await readStatement(request));
  const { text, names } = await needs.engine.bind(canonical, options.parameters);
  const statement = classify(text);
  checkFence(text, needs.engine.names);
  if (request.method !== 'POST' && statement.kind !== 'read') {
    throw refusal(
      'READONLY',
      'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries',
    );
  }
  mayRun(caller, statement);
  return runStatement(needs, { call, options, names, fromUrl }, statement);
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
  readonly call: Call;
  readonly options: RequestOptions;
  readonly names: Bound['names'];
  readonly fromUrl: boolean;
}

async function runStatement(needs: HandlerNeeds, asked: Asked, statement: Statement): Promise<Reply | 'sent'> {
  if (statement.kind === 'insert') return runInsert(needs, asked, statement);
  const { request, response, headers, gone } = asked.call;
  if (asked.fromUrl && Number(request.headers['content-length'] ?? 0) > 0) {
    throw refusal('BAD_ARGUMENTS', 'this statement takes no data, yet the request has a body: leave one of them out');
  }
  if (statement.kind === 'change') return runChange(needs, asked, statement.text);
  const { settings, defaultFormat, waitsForEnd, database, encoding } = asked.options;
  const finished = finishRead(statement.text, defaultFormat, settings);
  checkFormatName(finished.format);
  const order = { finished, database, names: asked.names, isWhole: waitsForEnd, encoding, headers };
  await answerRead(needs.engine, order, response, gone);
  return 'sent';
}

/** Only INSERT … SELECT ends with its client: half a change of the schema is worse than one that nobody waits for. */
async function runChange({ engine }: HandlerNeeds, asked: Asked, text: string): Promise<Reply> {
  const sql = finishChange(text, asked.options.settings);
  const query = { database: asked.options.database, names: asked.names };
  const signal = text.startsWith('INSERT INTO ') ? asked.call.gone : new AbortController().signal;
  const result = await engine.reads.use(
    ({ connection }) => stoppable((mark) => connection.ask({ ...query, sql: `${mark} ${sql}` }), engine.kill, signal),
    asked.call.gone,
  );
  return rowless(summaryOfChange(result));
}

/** The connection is taken before the body is read, so that at most as many bodies as connections lie in memory. */
async function runInsert(
  { engine, spool }: HandlerNeeds,
  asked: Asked,
  insert: Extract<Statement, { kind: 'insert' }>,
): Promise<Reply> {
  if (!asked.fromUrl) {
    throw refusal(
      'SYNTAX_ERROR',
      `INSERT … FORMAT ${insert.format} came without data: put the statement in ?query= and the data in the body`,
    );
  }
  checkFormatName(insert.format);
  const query = { database: asked.options.database, names: asked.names };
  const result = await engine.inserts.use(
    (connection) =>
      spool.withBody(asked.call.request, (path) =>
        connection.ask({ ...query, sql: insertFromFile(insert, path, asked.options.settings) }),
      ),
    asked.call.gone,
  );
  return rowless(summaryOfInsert(result));
}
