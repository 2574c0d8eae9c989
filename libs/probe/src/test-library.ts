/**
 * For tests: testdata/traces built with a Go module out of Debian's packages (infra/setup/tasks/go-modules.ts), as a program
 * with vendored dependencies: so its build information names their versions, as anybody's does.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildTarget } from './test-target.ts';
import type { Toolchain } from './test-target.ts';

const REPOSITORY = new URL('../../../', import.meta.url).pathname;
const PROGRAM = new URL('../testdata/traces/', import.meta.url).pathname;
const SOURCES = '/usr/share/gocode/src/';
const OTEL = 'go.opentelemetry.io/otel';
/** Modules within that of the API; the SDK's version is that of all. */
const OTEL_MODULES = [`${OTEL}/sdk`, `${OTEL}/trace`, `${OTEL}/metric`, OTEL];

/** Build tag of testdata/traces → the module that it needs, and its version in each suite. */
const LIBRARIES = {
  otel: { modules: OTEL_MODULES, versions: { debian: 'v1.1.0', 'debian-trixie': 'v1.31.0', 'debian-sid': 'v1.46.0' } },
  grpc: {
    modules: ['google.golang.org/grpc'],
    versions: { debian: 'v1.33.3', 'debian-trixie': 'v1.64.0', 'debian-sid': 'v1.81.1' },
  },
} as const;

export interface Library {
  readonly tag: keyof typeof LIBRARIES;
  readonly version: string;
  /** folders of one package each, with SOURCES below */
  readonly packages: readonly string[];
}

/** The newest that this Go compiles; undefined: not fetched. */
export function libraryFor(tag: Library['tag'], { version }: Toolchain): Library | undefined {
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1]);
  const suite = minor < 21 ? 'debian' : minor < 25 ? 'debian-trixie' : 'debian-sid';
  const packages = globSync(`${REPOSITORY}.mapscope/bin/${suite}/golang-*-dev`);
  const { modules, versions } = LIBRARIES[tag];
  const isThere = packages.some((folder) => existsSync(`${folder}${SOURCES}${modules[0]}`));
  return isThere ? { tag, version: versions[suite], packages } : undefined;
}

/** @param claimed the version that the build information names; the library's own unless told otherwise */
export function buildWith(
  library: Library,
  toolchain: Toolchain,
  flags: readonly string[],
  claimed = library.version,
): string {
  // The same for every variant: what was compiled in one folder would be compiled again in another.
  const name = `${library.tag}-${toolchain.version}-${process.pid}`;
  const folder = path.join(os.tmpdir(), 'mapscope-probe-test', name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(PROGRAM, folder, { recursive: true });
  const modules = Map.groupBy(packagesOf(toolchain, library), moduleOf);
  const own: readonly string[] = LIBRARIES[library.tag].modules;
  const versions = [...modules.keys()].map((name) => [name, own.includes(name) ? claimed : versionOf(name)]);
  const language = `go ${toolchain.version.replace(/^go(1\.\d+).*/, '$1')}`;
  const requirements = versions.map(([name, version]) => `require ${name} ${version}\n`);
  writeFileSync(`${folder}/go.mod`, `module traces\n\n${language}\n\n${requirements.join('')}`);
  const listed = versions.map(
    ([name = '', version]) =>
      `# ${name} ${version}\n## explicit; ${language}\n${(modules.get(name) ?? []).join('\n')}\n`,
  );
  mkdirSync(`${folder}/vendor`);
  writeFileSync(`${folder}/vendor/modules.txt`, listed.join(''));
  for (const name of new Set([...modules.keys()].map(rootOf))) link(library, name, `${folder}/vendor/${name}`);
  const executable = buildTarget('traces', toolchain, [`-tags=${library.tag}`, '-mod=vendor', ...flags], folder);
  rmSync(folder, { recursive: true, force: true });
  return executable;
}

/** What the program imports, directly or not, beside the standard library: asked of Go in GOPATH mode. */
function packagesOf({ root }: Toolchain, { tag, packages }: Library): readonly string[] {
  const env = {
    ...process.env,
    GOROOT: root,
    GO111MODULE: 'off',
    GOFLAGS: '',
    GOTOOLCHAIN: 'local',
    GOPATH: packages.map((folder) => path.dirname(`${folder}${SOURCES}`.slice(0, -1))).join(':'),
    GOCACHE: path.join(os.tmpdir(), 'mapscope-probe-test/cache'),
  };
  const args = ['list', '-deps', `-tags=${tag}`, '-f={{.ImportPath}}', '.'];
  const text = execFileSync(`${root}/bin/go`, args, { cwd: PROGRAM, env, encoding: 'utf8' });
  return text.split('\n').filter((name) => /^[^/]+\.[^/]+\//.test(name));
}

/** google.golang.org/grpc, github.com/x/y, github.com/x/y/v2 */
function moduleOf(name: string): string {
  const otel = OTEL_MODULES.find((module) => name === module || name.startsWith(`${module}/`));
  const parts = name.startsWith('google.golang.org/') ? 2 : name.includes('/v2') ? 4 : 3;
  return otel ?? name.split('/').slice(0, parts).join('/');
}

const versionOf = (module: string): string => (module.endsWith('/v2') ? 'v2.0.0' : 'v1.0.0');
const rootOf = (module: string): string => (OTEL_MODULES.includes(module) ? OTEL : module.replace(/\/v2$/, ''));

function link({ packages }: Library, name: string, to: string): void {
  const from = packages.map((folder) => `${folder}${SOURCES}${name}`).find((folder) => existsSync(folder));
  if (from === undefined) throw new Error(`no source of ${name}: run npm test once, which fetches it`);
  mkdirSync(path.dirname(to), { recursive: true });
  symlinkSync(from, to);
}
