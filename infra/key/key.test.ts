import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorize, parseKeyFile, type Scope } from '@mapscope/events';
import { expect, onTestFinished, test } from 'vitest';
import { expiryOf } from './keys.ts';

const MAIN = new URL('main.ts', import.meta.url).pathname;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function folder() {
  const home = mkdtempSync(join(tmpdir(), 'mapscope-key-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const file = join(home, 'deep/keys.json');
  const run = (...args: string[]) => {
    const argv = ['--conditions=source', '--disable-warning=ExperimentalWarning', MAIN, ...args, '--file', file];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    return { status, out: stdout.trim(), err: stderr };
  };
  const may = (key: string, scope: Scope, nowUnixMillis = Date.now()): boolean => {
    const keyFile = parseKeyFile(readFileSync(file, 'utf8'), file);
    return authorize({ key, keyFile, scope, nowUnixMillis, sha256 }).allowed;
  };
  return { home, file, run, may };
}

test('a key that is made holds for its scopes and time, is stored hashed for its owner only, and can be revoked', () => {
  const { file, run, may } = folder();
  const made = run('create', '--scope', 'read,ingest', '--expires', '30d', '--note', 'laptop');
  const key = made.out;
  expect([made.status, key]).toEqual([0, expect.stringMatching(/^msk_[0-9a-z]{8}_[A-Za-z0-9_-]{43}$/)]);
  expect([may(key, 'read'), may(key, 'ingest'), may(key, 'control')]).toEqual([true, true, false]);
  expect(may(key, 'read', Date.now() + 31 * 86_400_000)).toBe(false);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain(key.slice(13));
  const second = run('create', '--scope', 'control', '--expires', 'never').out;
  const { out } = run('list');
  expect(out).toMatch(/read,ingest .* laptop/);
  expect(out).toMatch(/control .* never/);
  expect(out).not.toContain(key.slice(13));
  expect(run('revoke', key.slice(4, 12)).status).toBe(0);
  expect([may(key, 'read'), may(second, 'control')]).toEqual([false, true]);
});

test('what cannot be done is said with what can, and nothing is left behind', () => {
  const { home, file, run } = folder();
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[], '<command> is missing'],
    [['make'], '"make" is not a command: give "create --scope read"'],
    [['create'], '--scope is missing: give one or more of read'],
    [['create', '--scope', 'root'], 'a comma-separated list of read, ingest, control'],
    [['create', '--scope', 'read', '--expires', 'soon'], 'as in 30m, 12h, 30d'],
    [['create', '--scope', 'read', '--note', 'x'.repeat(300)], 'at most 200 characters'],
    [['revoke'], '"revoke" is not a command'],
    [['revoke', 'nobody00'], 'there is no key with the prefix "nobody00": known are none'],
    [['list', '--flie', 'x'], 'did you mean --file?'],
  ];
  for (const [args, text] of cases) {
    const { status, out, err } = run(...args);
    expect([status, out, err], args.join(' ')).toEqual([2, '', expect.stringContaining(text)]);
  }
  expect(readdirSync(join(home, 'deep'))).toEqual([]);
  expect(run('list').out).toContain('no keys');
  writeFileSync(file, '{"version":1');
  expect(run('create', '--scope', 'read').err).toContain('cannot be used');
  expect(readFileSync(file, 'utf8')).toBe('{"version":1');
});

test('times to hold', () => {
  expect([expiryOf('30m', 0), expiryOf('12h', 5), expiryOf('1d', 0), expiryOf('never', 0)]).toEqual([
    1_800_000,
    43_200_005,
    86_400_000,
    null,
  ]);
  for (const bad of ['', '0d', '-1d', '1w', '1.5d', '9999d']) expect(() => expiryOf(bad, 0), bad).toThrow('--expires');
});
