import { expect, test } from 'vitest';
import { deepLink } from './deep-link.ts';

test.each(['/explain', '/explain/', '/trace/4bf92f35', '/services/my%20shop', '/explain?service=a.b&from=now-1h'])(
  '%s is a page of the UI',
  (url) => expect([deepLink('GET', url), deepLink('HEAD', url)]).toEqual(['/', '/']),
);

test.each([
  '/',
  '/assets/index.js',
  '/api/v1/nothing',
  '/API/v1',
  '/docs/x',
  '/metrics',
  '/v1/traces',
  '/../etc/passwd',
  '/a/../../etc',
  '/%2e%2e/etc/passwd',
  '/%2E%2E%2fetc',
  '/%252e%252e/etc',
  '/..%2f',
  '/a\\..\\b',
  '/a%5c..',
  '/a%5cb',
  '/a%00b',
  '//etc/passwd',
  '/a//b',
  '/%zz',
  'http://evil.example/explain',
  '*',
  '',
])('%s goes to the router as it came', (url) => expect(deepLink('GET', url)).toBe(url));

test('only reading reaches a page', () => expect(deepLink('POST', '/explain')).toBe('/explain'));
