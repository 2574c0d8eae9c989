/** `go tool pprof` of the toolchain at hand, which says what a profile holds. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** MAPSCOPE_GO_ROOTS as npm test gives it, else where Go is usually installed. */
const roots = [
  ...(process.env['MAPSCOPE_GO_ROOTS']?.split(':') ?? []),
  '/usr/lib/go-1.19',
  '/usr/lib/go',
  '/usr/local/go',
];
export const goRoot = roots.find((root) => existsSync(join(root, 'bin/go')));
export const lacksGo = goRoot === undefined ? ' (skipped: no Go toolchain, set MAPSCOPE_GO_ROOTS)' : '';

export function goPprof(profile: Uint8Array, ...flags: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-pprof-'));
  try {
    const file = join(folder, 'contention.pb.gz');
    writeFileSync(file, profile);
    const env = { ...process.env, GOROOT: goRoot, PPROF_TMPDIR: folder, GOTOOLCHAIN: 'local' };
    return execFileSync(join(goRoot ?? '', 'bin/go'), ['tool', 'pprof', ...flags, file], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
