import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ALLOWED = /^(\.{1,2}\/|node:|@mapscope\/(contract|events)$|zod$)/;
/** The reader of dumps and profiles brings a disassembler: loaded when it is asked for (`await import`), never at the start. */
const TYPES_ONLY = /import type \{[^}]*\} from '@mapscope\/golang';/g;

test('a command knows the contract and nothing of the server: it starts at once and asks over HTTP alone', () => {
  const files = globSync('**/*.ts', { cwd: import.meta.dirname }).filter(
    (file) => !/test\.ts$|(^|\/)testing\//.test(file),
  );
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const text = readFileSync(`${import.meta.dirname}/${file}`, 'utf8').replaceAll(TYPES_ONLY, '');
    const depth = file.split('/').length;
    for (const [, from = ''] of text.matchAll(/from '([^']+)'/g)) {
      expect(from, file).toMatch(ALLOWED);
      const up = from.split('/').filter((part) => part === '..').length;
      expect(up, `${file} leaves its folder by ${from}`).toBeLessThan(depth);
    }
  }
});
