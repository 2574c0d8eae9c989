/** What a request's head says, before a byte of its body is read. Pure. */
import type { BodyEncoding, Encoding } from '@mapscope/otel';

export interface Head {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

export type HeadJudgement =
  | { readonly ok: true; readonly encoding: Encoding; readonly packing: BodyEncoding }
  | { readonly ok: false; readonly status: 404 | 405 | 415; readonly problem: string };

export const TRACES_PATH = '/v1/traces';

export function judgeHead(head: Head): HeadJudgement {
  const { method, path, contentType, contentEncoding } = head;
  if (path !== TRACES_PATH) return { ok: false, status: 404, problem: otherPath(path) };
  if (method !== 'POST') return { ok: false, status: 405, problem: `${TRACES_PATH} takes POST, not ${method}` };
  const encoding = encodingOf(contentType);
  if (encoding === undefined) {
    const problem = `content type ${shown(contentType)} is not taken: send application/x-protobuf or application/json`;
    return { ok: false, status: 415, problem };
  }
  const packing = packingOf(contentEncoding);
  if (packing !== undefined) return { ok: true, encoding, packing };
  return {
    ok: false,
    status: 415,
    problem: `content encoding ${shown(contentEncoding)} is not taken: send gzip or none`,
  };
}

const shown = (text: string | undefined): string => (text === undefined ? '(none)' : JSON.stringify(text.slice(0, 80)));

function otherPath(path: string): string {
  const here = `this is Mapscope's OpenTelemetry receiver: POST traces to ${TRACES_PATH}`;
  if (path === '/v1/metrics' || path === '/v1/logs') {
    return `${here}; metrics and logs are not taken: set OTEL_METRICS_EXPORTER=none and OTEL_LOGS_EXPORTER=none, or send them elsewhere`;
  }
  return `${shown(path)} is not served here; ${here}`;
}

/** Parameters such as charset do not matter: both are UTF-8 or binary by definition. */
function encodingOf(contentType: string | undefined): Encoding | undefined {
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
