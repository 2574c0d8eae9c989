/** The table and the Go sources belong together: every mode is there, and every line that is expected is marked. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SCENARIOS, type Scenario } from './scenarios.ts';

const FOLDER = new URL('./service/', import.meta.url).pathname;
const sources = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.go'))
  .map((name) => readFileSync(`${FOLDER}${name}`, 'utf8'))
  .join('\n');
const marks = new Set(Array.from(sources.matchAll(/\/\/ mark: ([\w-]+)$/gm), ([, name]) => name));

const marksOf = ({ expected }: Scenario): readonly string[] =>
  [expected.waiter, expected.release, expected.slowReader, expected.channelLine, expected.also?.waiter]
    .concat(expected.innocent ?? [], Object.values(expected.conflict ?? {}))
    .filter((mark) => mark !== undefined);

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
  expect(sources).toContain(`"${scenario.mode}":`);
  for (const mark of marksOf(scenario)) expect(marks).toContain(mark);
});

test('names are unique, and at least twelve are planted', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(12);
});
