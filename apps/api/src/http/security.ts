/**
 * Security headers on every answer (OWASP Secure Headers Project), and which media types are read at all.
 * A table of our own instead of @fastify/helmet: nine constant headers, and helmet's default policy would force https.
 * strict-transport-security is for whoever ends TLS in front of us.
 */
import type { FastifyInstance } from 'fastify';

const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
} as const;

/** Answers of the API are no pages: nothing may be loaded by one. */
const NOTHING_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Nothing from elsewhere, no inline script, never in a frame. Mantine places its floating parts by inline styles. */
const PAGE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Swagger UI 5 styles its elements inline and draws icons from data: URLs; its scripts are files of ours. */
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const isUnder = (url: string, folder: string): boolean =>
  url === folder || url.startsWith(`${folder}/`) || url.startsWith(`${folder}?`);

function policyOf(url: string): string {
  if (isUnder(url, '/docs')) return DOCS_CSP;
  return isUnder(url, '/api') ? NOTHING_CSP : PAGE_CSP;
}

/** The headers an answer to this URL carries, whatever the answer is. */
export function headersFor(url: string, requestId: string): Readonly<Record<string, string>> {
  return {
    ...HEADERS,
    'x-request-id': requestId,
    'content-security-policy': policyOf(url),
    ...(isUnder(url, '/api') ? { 'cache-control': 'no-store' } : {}),
  };
}

export function secure(fastify: FastifyInstance): void {
  // Forms and plain text can be sent across sites without a preflight; only JSON is read.
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headersFor(request.url, request.id));
    done();
  });
}
