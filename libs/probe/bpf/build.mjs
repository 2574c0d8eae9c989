/**
 * Rebuilds the committed BPF objects: `node bpf/build.mjs`. Only for who changes the C sources; users need no clang.
 * Needs clang (Debian: clang, libbpf-dev, linux-libc-dev). Beside each object lies the hash of the sources it was
 * built from and the compiler; a test fails when sources and object have drifted apart.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = new URL('./', import.meta.url).pathname;
const families = new URL('../src/families/', import.meta.url).pathname;

/** No -g: the loader needs no BTF, and without it the bytes depend on nothing but sources and compiler. */
const COMMON = ['-O2', '-Wall', '-Werror', '-target', 'bpf', '-I/usr/include/x86_64-linux-gnu'];
const FLAGS = {
  amd64: [...COMMON, '-D__TARGET_ARCH_x86'],
  arm64: [...COMMON, '-D__TARGET_ARCH_arm64'],
};

export function sourceHash() {
  const hash = createHash('sha256');
  const shared = readdirSync(folder).map((name) => folder + name);
  const own = readdirSync(families, { recursive: true }).map((name) => families + name);
  const sources = [...shared, ...own].filter((file) => /\.[ch]$/.test(file)).sort((a, b) => (a < b ? -1 : 1));
  for (const file of sources)
    hash
      .update(`${path.basename(file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

/** $CLANG, else the first clang on PATH that runs; undefined where there is none. */
export function findClang() {
  const names = [process.env['CLANG'], 'clang', 'clang-14', 'clang-16', 'clang-19'].filter(
    (name) => name !== undefined,
  );
  for (const name of names) {
    const run = spawnSync(name, ['--version'], { encoding: 'utf8' });
    if (run.status === 0) return { name, version: run.stdout.split('\n')[0].trim() };
  }
  return undefined;
}

export function compile(clang, arch, output) {
  execFileSync(clang.name, [...FLAGS[arch], '-I.', '-c', 'mapscope.bpf.c', '-o', output], {
    cwd: folder,
    stdio: 'inherit',
  });
}

if (import.meta.filename === process.argv[1]) {
  const clang = findClang();
  if (clang === undefined) throw new Error('no clang found: apt-get install clang libbpf-dev, or set CLANG');
  for (const arch of Object.keys(FLAGS)) {
    mkdirSync(folder + arch, { recursive: true });
    const output = `${folder}${arch}/mapscope.bpf.o`;
    // A failed build leaves the object that works.
    compile(clang, arch, `${output}.new`);
    renameSync(`${output}.new`, output);
    writeFileSync(`${output}.built`, `sources ${sourceHash()}\ncompiler ${clang.version}\n`);
  }
}
