import { expect, test } from 'vitest';
import { PAGE_FOLDERS, PAGES, pageAt, pathOf } from './pages.ts';
import { hrefOf, readQuery, writeQuery } from './query.ts';

test('every page is found again at its own path, with and without the last slash', () => {
  for (const page of PAGES) {
    expect(pageAt(pathOf(page))).toBe(page);
    expect(pageAt(pathOf(page).replace(/(.)\/$/, '$1'))).toBe(page);
    expect(pageAt(`${pathOf(page)}index.html`)).toBe(page);
  }
  expect(PAGE_FOLDERS).not.toContain('incidents');
});

test('a path that is none of ours is no page', () => {
  for (const path of ['/incidents/', '/nowhere', '/trace/x', '/explain/deep/']) expect(pageAt(path)).toBeUndefined();
});

test('a query survives the way into the address and back', () => {
  const values = { service: 'a&b=c d', from: '2026-11-20T10:03:00.000000001Z', route: '/über/{id}' };
  expect(readQuery(writeQuery(values))).toEqual(values);
  expect(hrefOf('trace', { id: 'ab', service: undefined, from: '' })).toBe('/trace/?id=ab');
  expect(hrefOf('incidents')).toBe('/');
});
