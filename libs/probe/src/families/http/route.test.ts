import { ROUTE_SOURCES } from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { createRouter, MAXIMUM_ROUTES, OTHER_ROUTE, routeOfPattern, routeTemplate } from './route.ts';

describe('routeTemplate', () => {
  it.each([
    ['', false, '/'],
    ['/', false, '/'],
    ['*', false, '*'],
    ['/orders', false, '/orders'],
    ['/orders/1234/items', false, '/orders/{id}/items'],
    ['/orders/12ab', false, '/orders/12ab'],
    ['/v1/users/550e8400-e29b-41d4-a716-446655440000', false, '/v1/users/{id}'],
    ['/v1/users/550E8400E29B41D4A716446655440000/', false, '/v1/users/{id}/'],
    ['/objects/507f1f77bcf86cd799439011', false, '/objects/{id}'],
    ['/feed/deadbeefcafebabe', false, '/feed/deadbeefcafebabe'],
    ['/commit/0123456789abcdef', false, '/commit/{id}'],
    ['/files/a-very-long-name-that-was-cu', true, '/files/*'],
    ['/orders/12/files/123', true, '/orders/{id}/files/*'],
  ])('%s (cut: %s) → %s', (path, cut, route) => {
    expect(routeTemplate(path, cut)).toBe(route);
  });
});

describe('routeOfPattern', () => {
  it.each([
    ['GET /products/{id}', '/products/{id}'],
    ['/products/{id}', '/products/{id}'],
    ['POST  \t/orders', '/orders'],
    ['shop.example.com/cart/{item...}', '/cart/{item...}'],
    ['DELETE shop.example.com:8080/cart/{$}', '/cart/{$}'],
    ['/static/', '/static/'],
    ['/a b/{c}', '/a b/{c}'],
    ['/{$}', '/{$}'],
    ['/products/4711/', '/products/{id}/'],
    ['', undefined],
    ['/', undefined],
    ['GET /', undefined],
    ['example.com/', undefined],
    ['products', undefined],
    ['GET products', undefined],
    ['/a\0\0\0', undefined],
    ['\0\0\0\0', undefined],
  ])('%j → %s', (pattern, route) => {
    expect(routeOfPattern(pattern)).toBe(route);
  });
});

const ask = (path: string, pattern = '') => ({ path, cut: false, pattern });

describe('createRouter', () => {
  const { pattern, template, other } = ROUTE_SOURCES;

  it('knows the first routes only; the rest is other', () => {
    const route = createRouter(2);
    expect(route(ask('/a/1'))).toEqual({ route: '/a/{id}', source: template });
    expect(route(ask('/b'))).toEqual({ route: '/b', source: template });
    expect(route(ask('/c'))).toEqual({ route: OTHER_ROUTE, source: other });
    expect(route(ask('/c', 'GET /c'))).toEqual({ route: OTHER_ROUTE, source: other });
    expect(route(ask('/a/2'))).toEqual({ route: '/a/{id}', source: template });
  });

  it('takes the pattern before the path, and the path without one', () => {
    const route = createRouter();
    expect(route(ask('/people/ann', 'GET /people/{name}'))).toEqual({ route: '/people/{name}', source: pattern });
    expect(route(ask('/people/12', '/'))).toEqual({ route: '/people/{id}', source: template });
  });

  it('says of each request what its route was made of, not of the first one with it', () => {
    const route = createRouter();
    expect(route(ask('/people/12')).source).toBe(template);
    expect(route(ask('/people/12', '/people/{id}'))).toEqual({ route: '/people/{id}', source: pattern });
    expect(route(ask('/people/12')).source).toBe(template);
  });

  it(`knows ${MAXIMUM_ROUTES} routes`, () => {
    const route = createRouter();
    const routes = Array.from({ length: 1000 }, (_, index) => route(ask(`/p${index}`)).route);
    expect(new Set(routes).size).toBe(MAXIMUM_ROUTES + 1);
    expect(routes[MAXIMUM_ROUTES - 1]).toBe('/p199');
    expect(routes[MAXIMUM_ROUTES]).toBe(OTHER_ROUTE);
  });
});
