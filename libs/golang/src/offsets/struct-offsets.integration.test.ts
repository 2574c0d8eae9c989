/**
 * The offset table against the DWARF that every toolchain at hand writes (see binary.integration.test.ts for which):
 * the test program reads its own DWARF and prints the offsets.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readGoBinary, structOffsets } from '../index.ts';

const repository = join(import.meta.dirname, '../../../..');
const program = join(import.meta.dirname, '../../testdata/offsets');
const found = globSync(['/usr/lib/go-1.*', join(repository, '.mapscope/go/*/usr/lib/go-1.*')]);
const roots = (process.env['MAPSCOPE_GO_ROOTS']?.split(':') ?? found).filter((root) =>
  existsSync(join(root, 'bin/go')),
);
const folder = mkdtempSync(join(tmpdir(), 'mapscope-offsets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(root: string): string {
  const path = join(folder, root.replaceAll('/', '_'));
  const env = {
    ...process.env,
    GOROOT: root,
    GOTOOLCHAIN: 'local',
    GOPROXY: 'off',
    GOFLAGS: '-mod=mod',
    GO111MODULE: 'on',
  };
  execFileSync(join(root, 'bin/go'), ['build', '-o', path, '.'], { cwd: program, env });
  return path;
}

test.skipIf(roots.length > 0)('offsets of Go toolchains', ({ skip }) => skip('no Go: set MAPSCOPE_GO_ROOTS'));

test.each(roots)('field offsets are those of the DWARF that %s writes', (root) => {
  const path = build(root);
  const binary = readGoBinary(readFileSync(path));
  const { g, sudog, httpRequest, url } = structOffsets(binary.goVersion, binary.arch);
  const { pattern } = httpRequest;
  const expected = {
    'runtime.g.goid': g.goid,
    'runtime.g.atomicstatus': g.atomicstatus,
    'runtime.g.m': g.m,
    'runtime.g.sched': g.sched,
    'runtime.g.parentGoid': g.parentGoid ?? '-',
    'runtime.sudog.g': sudog.g,
    'net/http.Request.Method': httpRequest.method,
    'net/http.Request.URL': httpRequest.url,
    'net/http.Request.RequestURI': httpRequest.requestUri,
    'net/http.Request.Pattern': pattern?.holds === 'string' ? pattern.offset : '-',
    // Where there is a Pattern, `pat` is not read.
    ...(pattern?.holds === 'string' ? {} : { 'net/http.Request.pat': pattern?.offset ?? '-' }),
    'net/http.pattern.str': pattern === undefined ? '-' : 0,
    'net/url.URL.Scheme': url.scheme,
    'net/url.URL.Opaque': url.opaque,
    'net/url.URL.User': url.user,
    'net/url.URL.Host': url.host,
    'net/url.URL.Path': url.path,
  };
  const printed = execFileSync(path, Object.keys(expected), { encoding: 'utf8' }).trim().split('\n');
  expect(printed).toEqual(Object.entries(expected).map(([name, offset]) => `${name} ${offset}`));
});
