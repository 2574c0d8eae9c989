import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findGo } from './go-tool.ts';

const go = findGo();

test.skipIf(go === undefined)('the demo vets and its Go tests pass', { timeout: 240_000 }, () => {
  expect(go?.(import.meta.dirname, 'vet', './...')).toEqual({ ok: true, output: '' });
  const tested = go?.(import.meta.dirname, 'test', './...');
  expect(tested, tested?.output).toMatchObject({ ok: true });
});

test('the demo is Go files of the standard library and nothing else', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  expect(files.filter((path) => /go\.sum$|(^|\/)vendor\//.test(path))).toEqual([]);
  expect(files.map((path) => join(path))).toContain('order/cache.go');
});
