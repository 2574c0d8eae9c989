/**
 * For integration tests: the Go toolchains at hand, and programs of this folder built with them.
 * Toolchains: MAPSCOPE_GO_ROOTS (GOROOTs, separated by colons), else /usr/lib/go-1.* and what lies under .mapscope/go.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const repository = join(import.meta.dirname, '../../..');
const installed = globSync(['/usr/lib/go-1.*', join(repository, '.mapscope/go/*/usr/lib/go-1.*')]);
/** Each version once: its folder is named after it. */
const found = [...new Map(installed.map((root) => [basename(root), root])).values()];

/** GOROOTs. Empty: the tests that need one skip with that reason. */
export const toolchains: readonly string[] = (process.env['MAPSCOPE_GO_ROOTS']?.split(':') ?? found).filter((root) =>
  existsSync(join(root, 'bin/go')),
);

const folder = mkdtempSync(join(tmpdir(), 'mapscope-golang-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

export interface GoBuild {
  readonly root: string;
  /** folder beside this file */
  readonly program: string;
  readonly flags?: readonly string[];
  /** GOARCH, GOEXPERIMENT, CGO_ENABLED */
  readonly env?: Readonly<Record<string, string>>;
}

export function runGo(
  root: string,
  args: readonly string[],
  options: { cwd?: string; input?: string; env?: Readonly<Record<string, string>> } = {},
): string {
  const fixed = { GOROOT: root, GOTOOLCHAIN: 'local', GOPROXY: 'off', GOFLAGS: '-mod=mod', GO111MODULE: 'on' };
  const { cwd, input } = options;
  const env = { ...process.env, ...fixed, ...options.env };
  return execFileSync(join(root, 'bin/go'), args, { cwd, input, env, encoding: 'utf8', maxBuffer: 2 ** 28 });
}

/** Builds the program once for each set of options; returns its path. */
export function buildGo({ root, program, flags = [], env = {} }: GoBuild): string {
  const parts = [program, ...flags, ...Object.entries(env).flat(), root];
  const path = join(folder, parts.join(' ').replaceAll(/[^\w.=-]+/g, '_'));
  if (!existsSync(path))
    runGo(root, ['build', ...flags, '-o', path, '.'], { cwd: join(import.meta.dirname, program), env });
  return path;
}
