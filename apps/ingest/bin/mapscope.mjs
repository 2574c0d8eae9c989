#!/usr/bin/env node
/**
 * `npx mapscope why order`, `npx mapscope doctor`, and every other command (infra/mapscope) under the Node 24 that came with
 * the packages. Runs on a bare Node ≥ 20; what it starts must be compiled (npm run build).
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const place = (path) => fileURLToPath(new URL(path, import.meta.url));
const MAIN = place('../../../infra/mapscope/main.ts');
const COMPILED = [place('../dist/main.js'), place('../../api/dist/cli/main.js')];
const NODE_24 = place(`../../../node_modules/node-linux-${process.arch}/bin/node`);

if (!COMPILED.every((file) => existsSync(file))) {
  process.stderr.write('Mapscope is not compiled yet: run "npm run build" in the checkout first.\n');
  process.exit(2);
}
const node = existsSync(NODE_24) ? NODE_24 : process.execPath;
const child = spawn(node, ['--disable-warning=ExperimentalWarning', MAIN, ...process.argv.slice(2)], {
  stdio: 'inherit',
  // libuv reads it when its pool starts, which loading the program may do already (apps/ingest/src/main.ts).
  env: { UV_THREADPOOL_SIZE: '8', ...process.env },
});
// A terminal's Ctrl-C reaches the whole group, so the child has it already; it decides when to end.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
