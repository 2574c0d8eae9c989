import { defineConfig } from 'vitest/config';

/**
 * `unit` needs nothing but Node. `integration` and `chaos` run against the real broker, engine and kernel, started once by
 * infra/test/world.ts; `e2e` against `npm start`. A test that cannot run on a machine skips with its reason.
 * Libraries resolve to their sources (condition "source"), so tests never see a stale build.
 */
const resolve = { conditions: ['source', 'module', 'node', 'development|production'] };
const ssr = { resolve: { conditions: ['source', 'module', 'node', 'development|production'] } };
/** A condition that is polled for comes true on a busy machine too; a second, vitest's default, is a test of the machine. */
const expect = { poll: { timeout: 20_000, interval: 50 } };
const roots = ['libs/*/src/**', 'apps/*/src/**', 'infra/**'];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          expect,
          name: 'unit',
          include: roots.map((root) => `${root}/*.test.ts`),
          exclude: ['**/*.{integration,chaos}.test.ts', '**/node_modules/**', '**/dist/**'],
          testTimeout: 20_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          expect,
          name: 'integration',
          include: roots.map((root) => `${root}/*.integration.test.ts`),
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['infra/test/world.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          expect,
          // what goes on while programs are killed and brokers are away
          name: 'chaos',
          include: roots.map((root) => `${root}/*.chaos.test.ts`),
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['infra/test/world.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          expect,
          // the parts of `integration` that need a kernel and a Go version, but no broker and no engine: npm run matrix
          name: 'matrix',
          include: ['libs/{golang,probe}/src/**/*.integration.test.ts'],
          // --exclude does not reach a project that has an `exclude` of its own
          exclude: ['**/node_modules/**', '**/dist/**', ...(process.env['MAPSCOPE_TEST_EXCLUDE']?.split(':') ?? [])],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          expect,
          name: 'e2e',
          include: ['infra/e2e/*.e2e.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
