/**
 * Paths of the UI's own router are answered by its one page. Pure. What is not plainly such a path goes to the router
 * as it came, which knows the files of the UI one by one and nothing else: no path ever reaches the file system.
 */

/** First segments that are ours; an unknown path below them is a mistake, and says so. */
const OURS: ReadonlySet<string> = new Set([
  'api',
  'docs',
  'docs-json',
  'metrics',
  'livez',
  'readyz',
  'jaeger',
  'mcp',
  'v1',
]);

/** One or more segments without dots, backslashes, empty segments and control characters. */
const PLAIN = /^(?:\/(?:[A-Za-z0-9_~!$&'()*+,;=:@-]|%[0-9a-f]{2})+)+\/?$/i;
/** `.`, `/`, `\`, `%` and NUL in disguise. */
const DISGUISED = /%(?:2e|2f|5c|25|00)/i;

export function deepLink(method: string, url: string): string {
  if (method !== 'GET' && method !== 'HEAD') return url;
  const path = url.split('?', 1)[0] ?? '';
  const first = path.split('/', 2)[1]?.toLowerCase() ?? '';
  return !OURS.has(first) && PLAIN.test(path) && !DISGUISED.test(path) ? '/' : url;
}
