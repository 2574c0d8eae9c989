import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
