/**
 * A DEVELOPMENT FIXTURE, not the API: serves apps/ui/dist and invented answers in the shape of libs/contract, with the
 * API's own headers, so that pages can be looked at without broker, engine and kernel.
 *
 *   node apps/ui/dev/server.ts [port] [empty|quiet|broken|replay|mixed|key]
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { text } from 'node:stream/consumers';
import * as lists from './fixtures/lists.ts';
import { heatmapFixture, slowestFixture } from './fixtures/heatmap.ts';
import { crashFixture } from './fixtures/crash.ts';
import { statusFixture } from './fixtures/status.ts';
import { tailFixture } from './fixtures/tail.ts';
import { traceFixture } from './fixtures/trace.ts';
import { explainFixture, verdictFixture, verdictOf } from './fixtures/verdicts.ts';

const DIST = join(import.meta.dirname, '../dist');
const MEDIA: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** As apps/api/src/http/security.ts sends it: what does not work here does not work there. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TAIL_MILLIS = 120;
const CRASH_MILLIS = 2000;

const [port = '4177', mode = ''] = process.argv.slice(2);

/** Those of the lists have their trouble at different times. */
const AGO_MS: Readonly<Record<string, number>> = { mail: 2_700_000, payment: 1_500_000 };

function answer(name: string, query: URLSearchParams, nowMs: number): object | undefined {
  const service = query.get('service') ?? 'order';
  if (name.startsWith('traces/')) return name.endsWith('0') ? undefined : traceFixture(name.slice(7), nowMs);
  switch (name) {
    case 'incidents':
      return mode === 'empty' || mode === 'quiet'
        ? { ...lists.incidentsFixture(nowMs), services: mode === 'quiet' ? 3 : 0, items: [] }
        : lists.incidentsFixture(nowMs);
    case 'services':
      return mode === 'empty' ? { ...lists.servicesFixture(nowMs), items: [] } : lists.servicesFixture(nowMs);
    case 'root-causes':
      return verdictFixture(verdictOf(service), nowMs - (AGO_MS[service] ?? 0));
    case 'latency':
      return lists.latencyFixture(service, Number(query.get('from')), Number(query.get('to')), nowMs);
    case 'latency/heatmap':
      return heatmapFixture(service, Number(query.get('from')), Number(query.get('to')), nowMs);
    case 'latency/slowest':
      return slowestFixture(service, Number(query.get('from')), Number(query.get('to')), nowMs);
    case 'contention':
      return lists.contentionListFixture(nowMs);
    case 'status':
      return statusFixture(nowMs, mode === 'replay' ? 'all' : mode === 'mixed' ? 'some' : 'none');
    default:
      return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
}

function sendTail(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let id = Number(request.headers['last-event-id'] ?? 0);
  // Headers go out at once, as the API's do.
  response.write(`id: ${id}\n\n`);
  const timer = setInterval(() => {
    const { event, data } = tailFixture(++id, Date.now());
    const isMark = event === 'skipped' || event === 'problem';
    const isWanted =
      isMark ||
      ((query.get('kind') ?? event) === event &&
        (!query.has('service') || data.includes(`"service":"${query.get('service')}"`)));
    if (isWanted) response.write(`event: ${event}\nid: ${id}\ndata: ${data}\n\n`);
  }, TAIL_MILLIS);
  request.on('close', () => clearInterval(timer));
}

/** The open ones, one that begins after a while, then nothing but heartbeats. */
function sendIncidents(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const tell = (incident: object): void => {
    const id = String(Date.now());
    response.write(`event: incident\nid: ${id}\ndata: ${JSON.stringify(incident)}\n\n`);
  };
  const [open] = lists.incidentsFixture(Date.now()).items;
  if (open === undefined || mode === 'empty' || mode === 'quiet') return void response.write('id: 1795600980000\n\n');
  tell(open);
  const timer = setTimeout(() => tell(crashFixture(Date.now())), CRASH_MILLIS);
  request.on('close', () => clearTimeout(timer));
}

async function sendFile(response: ServerResponse, pathname: string): Promise<void> {
  const wanted = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
  const bytes = await readFile(join(DIST, wanted)).catch(() => undefined);
  if (bytes === undefined) return sendProblem(response, 404, pathname);
  response.writeHead(200, { 'content-type': MEDIA[extname(wanted)] ?? 'application/octet-stream' });
  response.end(bytes);
}

const PROBLEMS: Readonly<Record<number, string>> = {
  401: 'a key is needed: send "Authorization: Bearer msk_…"; make one with "npm run key -- create"',
  404: 'nothing of this trace is stored: no probe saw it and no SDK sent it, it is older than the retention, or comes in a second',
  503: 'ClickHouse does not answer at http://127.0.0.1:8123: start it, or give CLICKHOUSE_URL',
};

const NAMES: Readonly<Record<number, readonly [string, string]>> = {
  401: ['Unauthorized', 'ACCESS_REFUSED'],
  404: ['Not Found', 'NOT_FOUND'],
};

function sendProblem(response: ServerResponse, status: number, instance: string): void {
  const [title, code] = NAMES[status] ?? ['Service Unavailable', 'CLICKHOUSE_UNREACHABLE'];
  sendJson(response, status, {
    type: `urn:mapscope:error:${code}`,
    title,
    status,
    detail: PROBLEMS[status],
    instance,
    code,
    requestId: 'fixture',
    ...(status === 401 ? { neededScope: 'read' } : {}),
  });
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  response.setHeader('content-security-policy', CSP);
  if (!url.pathname.startsWith('/api/v1/')) return void sendFile(response, url.pathname);
  const name = url.pathname.slice('/api/v1/'.length);
  if (mode === 'key' && request.headers.authorization === undefined) return sendProblem(response, 401, url.pathname);
  if (mode === 'broken') return sendProblem(response, 503, url.pathname);
  if (name === 'incidents/stream') return sendIncidents(request, response);
  if (name === 'events/tail') return sendTail(request, response, url.searchParams);
  if (name === 'explain' && request.method === 'POST')
    return void text(request).then((asked) => sendJson(response, 200, explainFixture(asked, Date.now())));
  const body = answer(name, url.searchParams, Date.now());
  return body === undefined ? sendProblem(response, 404, url.pathname) : sendJson(response, 200, body);
});
server.listen(Number(port), '127.0.0.1', () =>
  console.log(`fixture of the API, not the API: http://127.0.0.1:${port}/`),
);
