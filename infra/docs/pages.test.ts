/** The generated pages are those of the code as it is: after a change run `node --conditions=source infra/docs/main.ts`. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@mapscope/events';
import { expect, test } from 'vitest';
import { GROUPS } from '../mapscope/programs.ts';
import { REPO_ROOT } from '../world/paths.ts';
import { ERROR_WORDS } from './error-words.ts';
import { commandsPage, errorsPage } from './pages.ts';

const page = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const help = (...words: readonly string[]): string =>
  execFileSync(
    process.execPath,
    ['--conditions=source', join(REPO_ROOT, 'infra/mapscope/main.ts'), ...words, '--help'],
    {
      encoding: 'utf8',
    },
  ).trimEnd();

test('the page of errors is that of the closed list of codes', () => {
  expect(page('errors.md')).toBe(errorsPage());
  expect(Object.keys(ERROR_WORDS)).toEqual(Object.keys(ERROR_CODES));
  for (const [code, { means, mend }] of Object.entries(ERROR_WORDS))
    expect(means.length + mend.length, code).toBeGreaterThan(40);
});

test('the page of commands is that of the table of commands', () => {
  expect(page('commands.md')).toBe(commandsPage(GROUPS));
});

test('the page holds what --help really prints, of every kind of command', () => {
  const commands = page('commands.md');
  for (const words of [['why'], ['doctor'], ['detach', '--all'], ['config']]) {
    const printed = help(...words);
    expect(printed, words.join(' ')).toMatch(/^mapscope /);
    expect(commands, words.join(' ')).toContain(printed);
  }
});
