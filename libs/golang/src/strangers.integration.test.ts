/**
 * Programs that nobody here wrote or built, as they come from npm and from Debian: stripped, some without build
 * information. Those that are not on this machine are skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findEntrySite, findReturnSites, readGoBinary, structOffsets } from './index.ts';

const repository = join(import.meta.dirname, '../../..');
/** path, why it is there, package path in the build information ('' where that was removed) */
const PROGRAMS = [
  ['.mapscope/bin/npm/esbuild-0.28.2/package/bin/esbuild', 'npm, fetched by npm test: no build information', ''],
  ['node_modules/@typescript/typescript-linux-x64/lib/tsc', 'npm', 'github.com/microsoft/typescript-go/cmd/tsgo'],
  ['node_modules/@oxlint-tsgolint/linux-x64/tsgolint', 'npm', 'github.com/typescript-eslint/tsgolint/cmd/tsgolint'],
  [
    '.mapscope/bin/debian/caddy/usr/bin/caddy',
    'fetched by the tests of npm run e2e',
    'github.com/caddyserver/caddy/v2/cmd/caddy',
  ],
  [
    '.mapscope/bin/debian-sid/caddy/usr/bin/caddy',
    'of the newest Go, fetched by npm test',
    'github.com/caddyserver/caddy/v2/cmd/caddy',
  ],
  [
    '.mapscope/bin/debian-sid/prometheus/usr/bin/prometheus',
    'fetched by npm run matrix',
    'github.com/prometheus/prometheus/cmd/prometheus',
  ],
  ['.mapscope/bin/debian-sid/etcd-server/usr/bin/etcd', 'fetched by npm run matrix', 'go.etcd.io/etcd/server'],
  [
    '.mapscope/bin/debian-sid/nats-server/usr/sbin/nats-server',
    'fetched by npm run matrix',
    'github.com/nats-io/nats-server',
  ],
] as const;

describe.each(PROGRAMS)('%s (%s)', (path, origin, packagePath) => {
  const file = join(repository, path);

  test.skipIf(!existsSync(file))(`is read: version, functions, lines, sites ${origin}`, () => {
    const binary = readGoBinary(readFileSync(file));
    expect(binary.modules.path).toBe(packagePath);
    expect(structOffsets(binary.goVersion, binary.arch).g.goid).toBeGreaterThan(0);
    const main = binary.lookup('main.main')!;
    expect(binary.frames(main.entry)[0]).toMatchObject({ function: 'main.main', file: expect.stringMatching(/\.go$/) });
    for (const name of ['runtime.mapassign_faststr', 'runtime.newproc1', 'runtime.semacquire1']) {
      const fn = binary.lookup(name)!;
      expect(binary.frames(fn.entry)[0]?.file).toMatch(
        /runtime\/(proc|sema|map_faststr|maps\/runtime_faststr\w*)\.go$/,
      );
      const returns = findReturnSites(binary, fn);
      for (const { offset } of returns) expect(binary.code(fn)[offset]).toBe(0xc3);
      expect(findEntrySite(binary, fn).offset).toBeLessThan(32);
    }
  });
});
