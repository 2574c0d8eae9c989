/**
 * For tests: testdata/traces built with the OpenTelemetry SDK for Go out of Debian's packages (infra/setup/tasks/otel-sdk.ts),
 * as a module with vendored dependencies: so the program's build information names their versions, as anybody's does.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildTarget } from '../../test-target.ts';
import type { Toolchain } from '../../test-target.ts';

const REPOSITORY = new URL('../../../../../', import.meta.url).pathname;
const PROGRAM = new URL('../../../testdata/traces/', import.meta.url).pathname;
const SOURCES = '/usr/share/gocode/src/';
const OTEL = 'go.opentelemetry.io/otel';
/** Modules within that of the API; the SDK's version is that of all. */
const OTEL_MODULES = [`${OTEL}/sdk`, `${OTEL}/trace`, `${OTEL}/metric`, OTEL];

export interface Sdk {
  readonly version: string;
  /** folders of one package each, with SOURCES below */
  readonly packages: readonly string[];
}

/** The newest that this Go compiles; undefined: not fetched. */
export function sdkFor({ version }: Toolchain): Sdk | undefined {
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1]);
  const [suite, sdk] =
    minor < 21 ? ['debian', 'v1.1.0'] : minor < 25 ? ['debian-trixie', 'v1.31.0'] : ['debian-sid', 'v1.46.0'];
  const packages = globSync(`${REPOSITORY}.mapscope/bin/${suite}/golang-*-dev`);
  const isThere = packages.some((folder) => existsSync(`${folder}${SOURCES}${OTEL}/sdk/trace`));
  return isThere ? { version: sdk, packages } : undefined;
}

/** @param claimed the version that the build information names; the SDK's own unless told otherwise */
export function buildWithSdk(toolchain: Toolchain, sdk: Sdk, flags: readonly string[], claimed = sdk.version): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mapscope-traces-'));
  cpSync(PROGRAM, folder, { recursive: true });
  const packages = packagesOf(toolchain, sdk);
  const modules = Map.groupBy(packages, moduleOf);
  const versions = [...modules.keys()].map((name) => [name, OTEL_MODULES.includes(name) ? claimed : versionOf(name)]);
  const language = `go ${toolchain.version.replace(/^go(1\.\d+).*/, '$1')}`;
  const requirements = versions.map(([name, version]) => `require ${name} ${version}\n`);
  writeFileSync(`${folder}/go.mod`, `module traces\n\n${language}\n\n${requirements.join('')}`);
  const listed = versions.map(
    ([name = '', version]) =>
      `# ${name} ${version}\n## explicit; ${language}\n${(modules.get(name) ?? []).join('\n')}\n`,
  );
  mkdirSync(`${folder}/vendor`);
  writeFileSync(`${folder}/vendor/modules.txt`, listed.join(''));
  for (const name of new Set([...modules.keys()].map(rootOf))) link(sdk, name, `${folder}/vendor/${name}`);
  return buildTarget('traces', toolchain, ['-tags=otel', '-mod=vendor', ...flags], folder);
}

/** What the program imports, directly or not, beside the standard library: asked of Go in GOPATH mode. */
function packagesOf({ root }: Toolchain, { packages }: Sdk): readonly string[] {
  const env = {
    ...process.env,
    GOROOT: root,
    GO111MODULE: 'off',
    GOFLAGS: '',
    GOTOOLCHAIN: 'local',
    GOPATH: packages.map((folder) => path.dirname(`${folder}${SOURCES}`.slice(0, -1))).join(':'),
    GOCACHE: path.join(os.tmpdir(), 'mapscope-probe-test/cache'),
  };
  const args = ['list', '-deps', '-tags=otel', '-f={{.ImportPath}}', '.'];
  const text = execFileSync(`${root}/bin/go`, args, { cwd: PROGRAM, env, encoding: 'utf8' });
  return text.split('\n').filter((name) => /^[^/]+\.[^/]+\//.test(name));
}

function moduleOf(name: string): string {
  const otel = OTEL_MODULES.find((module) => name === module || name.startsWith(`${module}/`));
  return (
    otel ??
    name
      .split('/')
      .slice(0, name.includes('/v2') ? 4 : 3)
      .join('/')
  );
}

const versionOf = (module: string): string => (module.endsWith('/v2') ? 'v2.0.0' : 'v1.0.0');
const rootOf = (module: string): string => (OTEL_MODULES.includes(module) ? OTEL : module.replace(/\/v2$/, ''));

function link({ packages }: Sdk, name: string, to: string): void {
  const from = packages.map((folder) => `${folder}${SOURCES}${name}`).find((folder) => existsSync(folder));
  if (from === undefined) throw new Error(`no source of ${name}: run npm test once, which fetches it`);
  mkdirSync(path.dirname(to), { recursive: true });
  symlinkSync(from, to);
}
