/** Finds Go for tests and runs it with nothing fetched: the demo needs the standard library only. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

export type RunGo = (folder: string, ...args: readonly string[]) => { readonly ok: boolean; readonly output: string };

interface GoProgram {
  readonly path: string;
  /** given where the toolchain was unpacked away from the place it was built for */
  readonly root?: string;
}

/** The toolchains that `npm test` unpacked, else `go` on PATH, else Debian's place for it; undefined where there is none. */
export function findGo(): RunGo | undefined {
  const candidates = [...unpackedGo(), { path: 'go' }, ...debianGo()];
  const found = candidates.find(({ path, root }) => spawnSync(path, ['version'], { env: goEnv(root) }).status === 0);
  if (found === undefined) return undefined;
  const env = { ...goEnv(found.root), GOTOOLCHAIN: 'local', GOPROXY: 'off', GOFLAGS: '-mod=mod', GOWORK: 'off' };
  return (folder, ...args) => {
    const run = spawnSync(found.path, args, { cwd: folder, env, encoding: 'utf8' });
    return { ok: run.status === 0, output: `${run.stdout}${run.stderr}${run.error?.message ?? ''}` };
  };
}

const goEnv = (root: string | undefined): NodeJS.ProcessEnv =>
  root === undefined ? process.env : { ...process.env, GOROOT: root };

/** MAPSCOPE_GO_ROOTS: folders joined by colons, see infra/test/main.ts. */
function unpackedGo(): readonly GoProgram[] {
  const roots = (process.env['MAPSCOPE_GO_ROOTS'] ?? '').split(':').filter((root) => root !== '');
  return roots.map((root) => ({ path: `${root}/bin/go`, root }));
}

/** Packages golang-1.x-go put the program at /usr/lib/go-1.x/bin/go; the link on PATH is a package of its own. */
function debianGo(): readonly GoProgram[] {
  const versions = readdirSync('/usr/lib').filter((name) => /^go-1\.\d+$/.test(name));
  return versions.map((name) => ({ path: `/usr/lib/${name}/bin/go` }));
}
