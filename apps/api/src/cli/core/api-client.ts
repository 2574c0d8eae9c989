/** The API from outside: one question, one checked answer. A problem becomes the error it was there. */
import { problem } from '@mapscope/contract';
import { ERROR_CODES, type ErrorCode, MapscopeError } from '@mapscope/events';
import type { z } from 'zod';

export type QueryValues = Readonly<Record<string, string | number | undefined>>;

export interface ApiClient {
  /** without a slash at its end */
  readonly url: string;
  readonly get: <S extends z.ZodType>(path: string, query: QueryValues, answer: S) => Promise<z.infer<S>>;
  readonly change: <S extends z.ZodType>(
    method: 'PUT' | 'POST' | 'DELETE',
    path: string,
    body: object | undefined,
    answer: S,
  ) => Promise<z.infer<S>>;
  /** Server-sent events, as the bytes come. */
  readonly open: (path: string, query: QueryValues, options: OpenOptions) => Promise<ReadableStream<Uint8Array>>;
}

export interface OpenOptions {
  readonly lastEventId?: string | undefined;
  readonly signal: AbortSignal;
}

export interface ApiClientOptions {
  readonly url: string;
  readonly key?: string | undefined;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** A root cause over a day takes the API up to its own limit of a query, a minute. */
const ANSWER_MILLIS = 90_000;

export function apiClient({ url: given, key, fetch }: ApiClientOptions): ApiClient {
  const url = given.replace(/\/+$/, '');
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (!headers.has('accept')) headers.set('accept', 'application/json');
    if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
    const response = await fetch(`${url}${path}`, { ...init, headers }).catch((cause: unknown) => {
      throw unreachable(url, cause);
    });
    if (response.ok) return response;
    throw toError(response.status, await response.text(), url);
  };
  const ask = async <S extends z.ZodType>(path: string, init: RequestInit, answer: S): Promise<z.infer<S>> => {
    const response = await send(path, { signal: AbortSignal.timeout(ANSWER_MILLIS), ...init });
    return checked(await response.text(), answer, `${url}${path}`);
  };
  return {
    url,
    get: (path, query, answer) => ask(`${path}${queryText(query)}`, {}, answer),
    change: (method, path, body, answer) => ask(path, { method, ...jsonBody(body) }, answer),
    open: async (path, query, { lastEventId, signal }) => {
      const headers = { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) };
      const { body } = await send(`${path}${queryText(query)}`, { headers, signal });
      if (body !== null) return body;
      throw new MapscopeError('INTERNAL', `${url}${path} answered with nothing: is this a Mapscope API?`);
    },
  };
}

/** A body that is announced and missing is refused (fastify, FST_ERR_CTP_EMPTY_JSON_BODY). */
const jsonBody = (body: object | undefined): RequestInit =>
  body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };

/** `?a=1&b=2` of what is given; nothing of nothing. */
export function queryText(query: QueryValues): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  const text = given.toString();
  return text === '' ? '' : `?${text}`;
}

function unreachable(url: string, cause: unknown): MapscopeError {
  const why = cause instanceof Error ? (codeOf(cause.cause) ?? cause.message) : String(cause);
  const text = `no answer from ${url} (${why}): start Mapscope there (npm start), or say where it listens with --url or MAPSCOPE_URL`;
  return new MapscopeError('SETUP_FAILED', text, { facts: { url }, cause });
}

/** fetch says "fetch failed"; its cause has the system's word, e.g. ECONNREFUSED. */
const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;

const isCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CODES, text);

/** What is no problem of ours comes from a proxy, or from another program on that port. */
export function toError(status: number, body: string, url: string): MapscopeError {
  const told = problem.safeParse(parsed(body));
  if (!told.success) {
    const text = `${url} answered ${status} and is no Mapscope API, or a proxy stands before it: give its address with --url or MAPSCOPE_URL`;
    return new MapscopeError('SETUP_FAILED', text, { facts: { url, status } });
  }
  const { code, detail, neededScope } = told.data;
  const mend = neededScope === undefined ? '' : '; give the key in MAPSCOPE_KEY or in a file with --key-file';
  return new MapscopeError(isCode(code) ? code : 'INTERNAL', `${detail}${mend}`, { facts: { status } });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function checked<S extends z.ZodType>(body: string, answer: S, url: string): z.infer<S> {
  const read = answer.safeParse(parsed(body));
  if (read.success) return read.data;
  const where = read.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`);
  const text = `${url} answered in words this program does not know (${where.join('; ')}): use the API and mapscope of one version`;
  throw new MapscopeError('INTERNAL', text, { facts: { url } });
}
