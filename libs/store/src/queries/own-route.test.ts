import { expect, test } from 'vitest';
import { ownRoute } from './own-route.ts';

const PARENT = 'c'.repeat(16);
const request = {
  service: 'order',
  route: '/people/ann',
  startUnixNanos: 1000n,
  durationNanos: 400,
  parentSpanId: PARENT,
};
const span = {
  service: 'order',
  kind: 'Server',
  spanId: 's',
  startUnixNanos: 1010n,
  durationNanos: 380,
  parentSpanId: PARENT,
  attributes: { 'http.route': '/people/{name}' } as Readonly<Record<string, string>>,
};
const inner = {
  ...span,
  startUnixNanos: 1100n,
  durationNanos: 100,
  parentSpanId: 'd'.repeat(16),
  attributes: { 'http.route': '/in' },
};

test.each([
  ['its own span names it', request, [span], '/people/{name}'],
  ['no span', request, [], '/people/ann'],
  ['a span without a route', request, [{ ...span, attributes: {} }], '/people/ann'],
  ['another service', request, [{ ...span, service: 'cart' }], '/people/ann'],
  ['a call it makes', request, [{ ...span, kind: 'Client' }], '/people/ann'],
  ['a span after it', request, [{ ...span, startUnixNanos: 1400n }], '/people/ann'],
  ['of two, the one with its parent, though both overlap', request, [inner, span], '/people/{name}'],
  ['another parent and less than half of the time', request, [inner], '/people/ann'],
  ['another parent and half of the time', request, [{ ...inner, durationNanos: 200 }], '/in'],
  [
    'no parent, told by zeros and by nothing',
    { ...request, parentSpanId: '0'.repeat(16) },
    [{ ...inner, parentSpanId: '' }],
    '/in',
  ],
  [
    'the first hundred are compared',
    request,
    [...Array.from({ length: 100 }, () => ({ ...inner, startUnixNanos: 1n, durationNanos: 2 })), span],
    '/people/ann',
  ],
])('%s', (_says, asked, spans, route) => {
  expect(ownRoute(asked, spans)).toBe(route);
});
