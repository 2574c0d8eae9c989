import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REPO_ROOT } from '../world/paths.ts';
import { addCounts, INTEGRATION_LANES, NONE, summary } from './stages.ts';

test('stages add up', () => {
  const sum = addCounts(NONE, { passed: 1, failed: 2, skipped: 3 });
  expect(sum).toEqual({ passed: 1, failed: 2, skipped: 3 });
  expect(summary(sum)).toBe('1 passed, 2 failed, 3 skipped');
});

test('every integration test runs in one lane', () => {
  const options = { cwd: REPO_ROOT, exclude: (name: string) => /node_modules|dist|^\./.test(name) };
  const files = globSync('{apps,libs,infra}/**/*.integration.test.ts', options);
  const folders = INTEGRATION_LANES.flat();
  expect(files.length).toBeGreaterThan(80);
  for (const file of files)
    expect(
      folders.filter((folder) => file.startsWith(`${folder}/`)),
      file,
    ).toHaveLength(1);
});
