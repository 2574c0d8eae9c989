/**
 * The first step of every npm command: runs on a bare Node ≥ 20 with nothing installed, makes the checkout runnable
 * (packages, Node 24 from npm, compiled TypeScript) and hands over to infra/<command>/main.ts under Node 24.
 * Idempotent: each step is skipped when its inputs have not changed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOGS = join(ROOT, '.mapscope', 'logs');
const COMMANDS = [
  'start',
  'test',
  'check',
  'bench',
  'chaos',
  'e2e',
  'faults',
  'generate',
  'build',
  'clean',
  'key',
  'matrix',
  'screenshots',
  'mapscope',
  'arm64',
];

/** Exit status 2 everywhere means: this machine or this call must be mended first. */
function refuse(message) {
  process.stderr.write(`\n${message}\n`);
  process.exit(2);
}

function step(title, work) {
  const started = performance.now();
  const outcome = work();
  const seconds = (performance.now() - started) / 1000;
  process.stderr.write(`  ✔ ${title}: ${outcome} (${seconds.toFixed(1)} s)\n`);
}

/** Somebody else's checkout (e.g. root's) may not be written to. */
function logFolder() {
  try {
    mkdirSync(LOGS, { recursive: true });
    accessSync(LOGS, constants.W_OK);
    return LOGS;
  } catch {
    return tmpdir();
  }
}

/** Runs to the end with its output in a log file; on failure shows the last lines and how to mend it. */
function runLogged(name, command, args, mend) {
  const folder = logFolder();
  const file = join(folder, folder === LOGS ? `${name}.log` : `mapscope-${name}-${process.pid}.log`);
  const log = openSync(file, 'w');
  const result = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', log, log], env: environment() });
  closeSync(log);
  if (result.status === 0) return;
  const said = result.error?.message ?? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  refuse(`${command} ${args.join(' ')} failed:\n${said}\n\n${mend}\nThe whole output is in ${file}`);
}

/** Node 24 and the packages' own programs come first, whatever node the system has. */
function environment() {
  return {
    ...process.env,
    PATH: join(ROOT, 'node_modules', '.bin') + delimiter + process.env.PATH,
    NX_DAEMON: 'false',
    SCARF_ANALYTICS: 'false',
  };
}

const node24 = () => join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');

function checkMachine() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20)
    refuse(
      `Node ${process.version} is too old to begin with: install Node 20 or newer (Node 24 itself comes from npm).`,
    );
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    refuse(`Mapscope runs on Linux on amd64 or arm64 (eBPF); this is ${process.platform} on ${process.arch}.`);
  }
}

/** What decides which packages are needed: the lock file and every package.json of the workspaces. */
function packagesHash() {
  const hash = createHash('sha256');
  const folders = ['apps', 'libs'].flatMap((kind) => readdirSync(join(ROOT, kind)).map((name) => join(kind, name)));
  for (const folder of ['.', 'infra', ...folders]) {
    for (const name of ['package.json', 'package-lock.json']) {
      const file = join(ROOT, folder, name);
      if (existsSync(file)) hash.update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function ensurePackages() {
  const stamp = join(ROOT, 'node_modules', '.mapscope-packages');
  const wanted = packagesHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(node24())) return 'present';
  // Not `npm ci`: it refuses a lock file without the packages of other platforms, which some mirrors lack.
  runLogged(
    'npm-install',
    'npm',
    ['install', '--no-audit', '--no-fund'],
    'Check that the npm registry can be reached (npm ping).',
  );
  if (!existsSync(node24()))
    refuse(
      `npm did not install node-linux-${process.arch} (Node 24). Run: npm install node-linux-${process.arch}@24.21.0 --no-save`,
    );
  writeFileSync(stamp, packagesHash());
  return 'installed';
}

function ensureBuild() {
  const compiler = join(ROOT, 'node_modules', 'typescript7', 'bin', 'tsc');
  runLogged(
    'build',
    node24(),
    [compiler, '-b', 'infra/tsconfig.build.json'],
    'This is a fault in the code, not in your machine: npm run check says more.',
  );
  return 'compiled';
}

/** The pages are built by Vite; done again when a file of theirs or of the words they share is newer. */
function ensurePages() {
  const stamp = join(ROOT, 'apps', 'ui', 'dist', '.sources');
  const wanted = sourcesHash(['apps/ui', 'libs/contract/src', 'libs/events/src']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return 'present';
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  runLogged('pages', node24(), [vite, 'build', 'apps/ui'], 'This is a fault in the code, not in your machine.');
  writeFileSync(stamp, wanted);
  return 'built';
}

/** Names and contents of all files below the folders, build results left out. */
function sourcesHash(folders) {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    for (const file of files.filter((name) => !/[/](dist|node_modules)[/]|tsbuildinfo$/.test(name)).sort()) {
      hash.update(file.slice(ROOT.length)).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function clean() {
  const folders = ['apps', 'libs'].flatMap((kind) =>
    readdirSync(join(ROOT, kind)).map((name) => join(kind, name, 'dist')),
  );
  for (const folder of [...folders, '.mapscope', '.nx', 'node_modules'])
    rmSync(join(ROOT, folder), { recursive: true, force: true });
  process.stderr.write('removed dist folders, .mapscope (data, logs, downloads), .nx and node_modules\n');
}

function handOver(command, args) {
  const main = join(ROOT, 'infra', command, 'main.ts');
  const child = spawn(node24(), ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: environment(),
  });
  // A terminal's Ctrl-C reaches the whole group, so the child has it already; it decides when to end.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  // npm does not pass SIGTERM on: when it is gone, this run was meant to end.
  const starter = process.ppid;
  setInterval(() => process.ppid === starter || child.kill('SIGTERM'), 500).unref();
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

const [command = 'start', ...args] = process.argv.slice(2);
if (!COMMANDS.includes(command)) refuse(`"${command}" is not a command: npm run ${COMMANDS.join(' | ')}`);
checkMachine();
if (command === 'clean') {
  clean();
} else {
  process.stderr.write('Set-up\n');
  step('packages', ensurePackages);
  step('build', ensureBuild);
  if (!['bench', 'matrix', 'mapscope'].includes(command)) step('pages', ensurePages);
  if (command !== 'build') handOver(command, args);
}
