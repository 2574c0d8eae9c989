/** Finds Go for tests and runs it with nothing fetched: the demo needs the standard library only. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

export type RunGo = (folder: string, ...args: readonly string[]) => { readonly ok: boolean; readonly output: string };

/** `go` on PATH, else Debian's place for it; undefined where there is none. */
export function findGo(): RunGo | undefined {
  const program = ['go', ...debianGo()].find((path) => spawnSync(path, ['version']).status === 0);
  if (program === undefined) return undefined;
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOPROXY: 'off', GOFLAGS: '-mod=mod', GOWORK: 'off' };
  return (folder, ...args) => {
    const run = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
    return { ok: run.status === 0, output: `${run.stdout}${run.stderr}${run.error?.message ?? ''}` };
  };
}

/** Packages golang-1.x-go put the program at /usr/lib/go-1.x/bin/go; the link on PATH is a package of its own. */
function debianGo(): readonly string[] {
  const versions = readdirSync('/usr/lib').filter((name) => /^go-1\.\d+$/.test(name));
  return versions.map((name) => `/usr/lib/${name}/bin/go`);
}
