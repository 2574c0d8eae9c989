#!/usr/bin/env node
/**
 * `npx mapscope doctor`, `npx mapscope detach --all`, and every other role: the collector's program under the Node 24 that
 * came with the packages. Runs on a bare Node ≥ 20; what it starts must be compiled (npm run build).
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const place = (path) => fileURLToPath(new URL(path, import.meta.url));
const MAIN = place('../dist/main.js');
const NODE_24 = place(`../../../node_modules/node-linux-${process.arch}/bin/node`);

if (!existsSync(MAIN)) {
  process.stderr.write('Mapscope is not compiled yet: run "npm run build" in the checkout first.\n');
  process.exit(2);
}
const node = existsSync(NODE_24) ? NODE_24 : process.execPath;
const child = spawn(node, [MAIN, ...process.argv.slice(2)], { stdio: 'inherit' });
// A terminal's Ctrl-C reaches the whole group, so the child has it already; it decides when to end.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
