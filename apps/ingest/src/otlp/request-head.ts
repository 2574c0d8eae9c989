/** What a request's head says, before a byte of its body is read. Pure. */
import type { BodyEncoding, Encoding, Signal } from '@mapscope/otel';

export interface Head {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

export type HeadJudgement =
  | { readonly ok: true; readonly signal: Signal; readonly encoding: Encoding; readonly packing: BodyEncoding }
  | { readonly ok: false; readonly status: 404 | 405 | 415; readonly problem: string };

const SIGNALS: ReadonlyMap<string, Signal> = new Map([
  ['/v1/traces', 'traces'],
  ['/v1/metrics', 'metrics'],
  ['/v1/logs', 'logs'],
]);

export function judgeHead(head: Head): HeadJudgement {
  const { method, path, contentType, contentEncoding } = head;
  const signal = SIGNALS.get(path);
  if (signal === undefined) return { ok: false, status: 404, problem: otherPath(path) };
  if (method !== 'POST') return { ok: false, status: 405, problem: `${path} takes POST, not ${method}` };
  const encoding = encodingOf(contentType);
  if (encoding === undefined) {
    const problem = `content type ${shown(contentType)} is not taken: send application/x-protobuf or application/json`;
    return { ok: false, status: 415, problem };
  }
  const packing = packingOf(contentEncoding);
  if (packing !== undefined) return { ok: true, signal, encoding, packing };
  return {
    ok: false,
    status: 415,
    problem: `content encoding ${shown(contentEncoding)} is not taken: send gzip or none`,
  };
}

const shown = (text: string | undefined): string => (text === undefined ? '(none)' : JSON.stringify(text.slice(0, 80)));

const otherPath = (path: string): string =>
  `${shown(path)} is not served here; this is Mapscope's OpenTelemetry receiver: POST to ${[...SIGNALS.keys()].join(', ')}`;

/** Parameters such as charset do not matter: both are UTF-8 or binary by definition. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  switch (contentType?.split(';')[0]?.trim().toLowerCase() ?? '') {
    case 'application/x-protobuf':
      return 'protobuf';
    case 'application/json':
      return 'json';
    default:
      return undefined;
  }
}

function packingOf(contentEncoding: string | undefined): BodyEncoding | undefined {
  switch (contentEncoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    default:
      return undefined;
  }
}
