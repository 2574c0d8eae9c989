/**
 * A key as people carry it, and where a request may carry it. Pure.
 *
 *   msk_k3x9a2bq_Jx…43 characters…   prefix: 8 of 0-9a-z, public, finds the entry
 *                                    secret: 32 random bytes, base64url without padding
 */

/** What a key may do: read answers, write events, switch probes and drop data. */
export const SCOPES = ['read', 'ingest', 'control'] as const;
export type Scope = (typeof SCOPES)[number];

const KEY = /^msk_([0-9a-z]{8})_[A-Za-z0-9_-]{43}$/;

/** Base64 of the WHATWG HTML Standard, as far as it is used here. */
declare const atob: (text: string) => string;

export function formatKey(prefix: string, secretBase64Url: string): string {
  return `msk_${prefix}_${secretBase64Url}`;
}

/** Undefined when the text has not the shape of a key. */
export function keyPrefix(key: string): string | undefined {
  return KEY.exec(key)?.[1];
}

/** Header names in lower case, as Node has them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export function headerText(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * `Authorization: Bearer …`; the password of Basic, whatever the user, because a browser's page and its EventSource can
 * carry nothing else; `X-ClickHouse-Key`, which ClickHouse's own clients send. Undefined: the request carries none.
 */
export function presentedKey(headers: RequestHeaders): string | undefined {
  const [scheme = '', value = ''] = (headerText(headers, 'authorization') ?? '').split(/ +/, 2);
  if (scheme.toLowerCase() === 'bearer') return value;
  const basic = scheme.toLowerCase() === 'basic' ? passwordOf(value) : undefined;
  return some(basic) ?? headerText(headers, 'x-clickhouse-key');
}

/** @clickhouse/client sends user and an empty password where none is configured: that is no key. */
const some = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

function passwordOf(base64: string): string | undefined {
  if (!/^[A-Za-z0-9+/]{0,1000}={0,2}$/.test(base64) || base64.length % 4 === 1) return undefined;
  const text = atob(base64);
  return text.includes(':') ? text.slice(text.indexOf(':') + 1) : undefined;
}
