/** What the API says when it cannot answer, and what is said where it does not answer at all. Pure. */
import type { Problem } from '@mapscope/contract';
import { SCOPES } from '@mapscope/events';

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

function made(instance: string, status: number, title: string, detail: string): Problem {
  return { type: 'about:blank', title, status, detail, instance, code: 'UNREACHABLE', requestId: '' };
}

export const unreachable = (path: string): Problem =>
  made(
    path,
    0,
    'The API does not answer',
    'Nothing came back from this address: check that `npm start` still runs, then retry.',
  );

export const unreadable = (path: string, status: number): Problem =>
  made(
    path,
    status,
    'The answer cannot be read',
    'The API answered, but not with JSON: reload the page; it may be older than the API.',
  );

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const textOf = (value: unknown, fallback: string): string =>
  typeof value === 'string' && value !== '' ? value : fallback;

/** From the body of an answer that is no success; problem+json keeps its words, anything else gets plain ones. */
export function toProblem(path: string, status: number, body: unknown): Problem {
  const fallback = made(
    path,
    status,
    `The API answered ${status}`,
    'It gave no reason: retry, and look into its log if it stays.',
  );
  if (!isRecord(body)) return fallback;
  return {
    ...fallback,
    title: textOf(body['title'], fallback.title),
    detail: textOf(body['detail'], fallback.detail),
    code: textOf(body['code'], fallback.code),
    requestId: textOf(body['requestId'], ''),
    neededScope: SCOPES.find((scope) => scope === body['neededScope']),
  };
}
