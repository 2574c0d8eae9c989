import { describe, expect, it } from 'vitest';
import { createRouter, OTHER_ROUTE, routeTemplate } from './route.ts';

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

describe('createRouter', () => {
  it('knows the first routes only; the rest is other', () => {
    const route = createRouter(2);
    expect(route('/a/1', false)).toBe('/a/{id}');
    expect(route('/b', false)).toBe('/b');
    expect(route('/c', false)).toBe(OTHER_ROUTE);
    expect(route('/a/2', false)).toBe('/a/{id}');
  });
});
