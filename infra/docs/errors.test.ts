import { readFileSync } from 'node:fs';
import { ERROR_CODES } from '@mapscope/events';
import { expect, test } from 'vitest';

const page = readFileSync(new URL('errors.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` +\| (\d) +\| (.+?) +\|$/gm)].map(([, code, exit, text]) => ({
  code,
  exit,
  text,
}));

test('every error code has a row with its exit status and a way to mend it', () => {
  expect(new Set(rows.map((row) => row.code))).toEqual(new Set(Object.keys(ERROR_CODES)));
  for (const [code, { exit }] of Object.entries(ERROR_CODES)) {
    const row = rows.find((each) => each.code === code);
    expect(Number(row?.exit), code).toBe(exit);
    expect(row?.text?.length, code).toBeGreaterThan(40);
  }
});
