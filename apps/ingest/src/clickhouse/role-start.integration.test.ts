import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClickhouseRole, startClickhouseRole } from './role.ts';

const home = mkdtempSync('/tmp/mapscope-role-');
const spoolDir = mkdtempSync('/dev/shm/mapscope-role-');
const log = { info: (): void => {}, warn: (): void => {} };
let role: ClickhouseRole;

beforeAll(async () => {
  role = await startClickhouseRole({ host: '127.0.0.1', port: 0, dataDir: join(home, 'data'), spoolDir, log });
});

afterAll(async () => {
  await role.close();
  rmSync(home, { recursive: true });
});

test('a taken port, a second process on the directory and a bad spool directory say what to do', async () => {
  const port = Number(new URL(role.url).port);
  await expect(
    startClickhouseRole({ host: '127.0.0.1', port, dataDir: home, spoolDir: `${spoolDir}-b`, log }),
  ).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  expect(existsSync(`${spoolDir}-b`)).toBe(false);
  await expect(
    startClickhouseRole({ host: '127.0.0.1', port: 0, dataDir: home, spoolDir: "/dev/shm/it's", log }),
  ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  const script = join(home, 'second.ts');
  writeFileSync(
    script,
    `import { startClickhouseRole } from ${JSON.stringify(new URL('role.ts', import.meta.url).href)};
     startClickhouseRole({ host: '127.0.0.1', port: 0, dataDir: ${JSON.stringify(join(home, 'data'))}, spoolDir: ${JSON.stringify(`${spoolDir}-c`)}, log: { info() {}, warn() {} } })
       .then(() => console.log('opened'), (error) => console.log(error.code, error.message));`,
  );
  const second = spawnSync(process.execPath, ['--conditions=source', script], { encoding: 'utf8' });
  expect(second.stdout).toContain('SETUP_FAILED');
  expect(second.stdout).toContain(`process ${process.pid} uses it`);
});

test('close answers what runs, and the data is there when it opens again', async () => {
  const ask = (query: string): Promise<Response> => fetch(role.url, { method: 'POST', body: query });
  await ask('CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a');
  await ask('INSERT INTO kept SELECT 7');
  const slow = ask('SELECT sleep(0.5), 8');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await role.close();
  expect(await (await slow).text()).toBe('0\t8\n');
  role = await startClickhouseRole({ host: '127.0.0.1', port: 0, dataDir: join(home, 'data'), spoolDir, log });
  expect(await (await ask('SELECT a FROM kept')).text()).toBe('7\n');
});

test('a client that goes away in the middle of its body leaves nothing behind and holds no slot', async () => {
  await fetch(role.url, { method: 'POST', body: 'CREATE TABLE gone (s String) ENGINE = MergeTree ORDER BY s' });
  const path = `/?query=${encodeURIComponent('INSERT INTO gone FORMAT JSONEachRow')}`;
  for (let i = 0; i < 4; i++) {
    const socket = connect(Number(new URL(role.url).port), '127.0.0.1');
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"s":"half`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
  }
  expect((await fetch(`${role.url}${path}`, { method: 'POST', body: '{"s":"whole"}' })).status).toBe(200);
  const answer = await fetch(role.url, { method: 'POST', body: 'SELECT s FROM gone' });
  expect(await answer.text()).toBe('whole\n');
  expect(readdirSync(spoolDir).filter((name) => name.startsWith('body-'))).toEqual([]);
});

test('after kill -9 the directory opens again, and the predecessor leaves no bodies', async () => {
  const [dataDir, spool] = [join(home, 'killed'), `${spoolDir}-d`];
  const first = startChild(dataDir, spool);
  const url = await first.firstLine;
  await fetch(url, { method: 'POST', body: 'CREATE TABLE k (a UInt8) ENGINE = MergeTree ORDER BY a' });
  await fetch(url, { method: 'POST', body: 'INSERT INTO k SELECT 5' });
  writeFileSync(join(spool, `body-${randomUUID()}`), 'left behind');
  first.child.kill('SIGKILL');
  await once(first.child, 'close');
  const second = startChild(dataDir, spool);
  const answer = await fetch(await second.firstLine, { method: 'POST', body: 'SELECT a FROM k' });
  expect(await answer.text()).toBe('5\n');
  expect(readdirSync(spool).filter((name) => name.startsWith('body-'))).toEqual([]);
  second.child.kill('SIGKILL');
  await once(second.child, 'close');
  rmSync(spool, { recursive: true });
});

function startChild(
  dataDir: string,
  spool: string,
): { readonly child: ChildProcess; readonly firstLine: Promise<string> } {
  const script = join(home, 'child.ts');
  writeFileSync(
    script,
    `import { startClickhouseRole } from ${JSON.stringify(new URL('role.ts', import.meta.url).href)};
     const role = await startClickhouseRole({ host: '127.0.0.1', port: 0, dataDir: ${JSON.stringify(dataDir)}, spoolDir: ${JSON.stringify(spool)}, log: { info() {}, warn() {} } });
     console.log(role.url);`,
  );
  const child = spawn(process.execPath, ['--conditions=source', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const firstLine = once(child.stdout, 'data').then(([bytes]) => String(bytes).trim());
  return { child, firstLine };
}

/** The role as a program of its own, once it is ready. */
async function program(dataDir: string): Promise<ChildProcess> {
  const main = new URL('../main.ts', import.meta.url).pathname;
  const args = ['--conditions=source', main, 'clickhouse', '--port', '0', '--data-dir', dataDir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child;
}

test('what a killed role left in memory goes when the next one starts on its data', async () => {
  const dataDir = join(home, 'killed');
  const before = readdirSync('/dev/shm');
  const spools = (): readonly string[] => readdirSync('/dev/shm').filter((name) => !before.includes(name));
  const first = await program(dataDir);
  const { ino } = statSync(dataDir);
  const spool = spools().find((name) => name.endsWith(`-${ino}`)) ?? 'none';
  writeFileSync(join('/dev/shm', spool, `body-${randomUUID()}`), 'left');
  first.kill('SIGKILL');
  await once(first, 'exit');
  const second = await program(dataDir);
  expect(readdirSync(join('/dev/shm', spool)).filter((name) => name.startsWith('body-'))).toEqual([]);
  second.kill('SIGTERM');
  await once(second, 'exit');
  expect(spools()).not.toContain(spool);
});
