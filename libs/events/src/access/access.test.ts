import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { authorize, equalInConstantTime } from './authorize.ts';
import { createGuard, guardRequest } from './guard.ts';
import { formatKey, keyPrefix, presentedKey, type RequestHeaders, type Scope } from './key.ts';
import { formatKeyFile, type KeyEntry, type KeyFile, NO_KEYS, parseKeyFile } from './key-file.ts';
import { accessPolicy, isLoopbackHost, type PolicyNeeds } from './policy.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const key = (prefix: string, letter = 'A'): string => formatKey(prefix, letter.repeat(43));
const entry = (prefix: string, changes: Partial<KeyEntry> = {}): KeyEntry => ({
  prefix,
  sha256: sha256(key(prefix)),
  scopes: ['read'],
  createdUnixMillis: 0,
  expiresUnixMillis: null,
  note: '',
  ...changes,
});
const keyFile: KeyFile = {
  version: 1,
  entries: [
    entry('reader00'),
    entry('expired0', { expiresUnixMillis: 1000 }),
    entry('writer00', { scopes: ['ingest'] }),
  ],
};
const ask = (given: string | undefined, scope?: Scope) =>
  authorize({ key: given, keyFile, scope, nowUnixMillis: 1000, sha256 });

test.each([
  ['no key', undefined, 401, 'a key is needed'],
  ['no key at all but text', 'secret', 401, 'is not a key'],
  ['an empty one', '', 401, 'is not a key'],
  ['a key of another file, or revoked', key('unknown0'), 401, 'is not known here'],
  ['the right prefix with another secret', key('reader00', 'B'), 401, 'is not known here'],
  ['an expired key', key('expired0'), 401, 'expired at 1970-01-01T00:00:01.000Z'],
  ['a key of another scope', key('writer00'), 403, 'has the scope ingest, this needs read'],
])('%s is refused, with the reason and without the secret', (_name, given, status, text) => {
  const refused = ask(given, 'read');
  expect(refused).toMatchObject({ allowed: false, status, reason: expect.stringContaining(text) });
  expect(JSON.stringify(refused)).not.toMatch(/A{43}|B{43}/);
});

test('a key that holds opens its scopes, until the millisecond it expires', () => {
  expect(ask(key('reader00'), 'read')).toEqual({ allowed: true, scopes: ['read'], prefix: 'reader00' });
  expect(ask(key('writer00'))).toMatchObject({ allowed: true });
  const before = authorize({ key: key('expired0'), keyFile, scope: 'read', nowUnixMillis: 999, sha256 });
  expect(before.allowed).toBe(true);
});

test('only equal texts are equal', () => {
  expect(equalInConstantTime('abc', 'abc')).toBe(true);
  for (const [a, b] of [
    ['abc', 'abd'],
    ['abc', 'ab'],
    ['ab', 'abc'],
    ['', 'a'],
    ['a', ''],
    ['abab', 'ab'],
  ] as const)
    expect(equalInConstantTime(a, b), `${a} ${b}`).toBe(false);
});

const basic = (text: string): RequestHeaders => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

test('a key is found where clients put it', () => {
  const one = key('reader00');
  const cases: readonly (readonly [RequestHeaders, string | undefined])[] = [
    [{ authorization: `Bearer ${one}` }, one],
    [{ authorization: `bearer  ${one}` }, one],
    [basic(`anybody:${one}`), one],
    [basic(`default:`), undefined],
    [{ ...basic('default:'), 'x-clickhouse-key': one }, one],
    [{ 'x-clickhouse-user': 'default', 'x-clickhouse-key': one }, one],
    [basic('nocolon'), undefined],
    [{ authorization: 'Basic %%%' }, undefined],
    [{ authorization: 'Basic A' }, undefined],
    [{ authorization: 'Bearer' }, ''],
    [{}, undefined],
  ];
  for (const [headers, found] of cases) expect(presentedKey(headers), JSON.stringify(headers)).toBe(found);
  expect(keyPrefix(one)).toBe('reader00');
  for (const bad of [`${one}x`, one.slice(1), `${one}\n`, one.toUpperCase()]) expect(keyPrefix(bad)).toBeUndefined();
});

test('a key file reads back, and what is wrong with one is told at once', () => {
  expect(parseKeyFile(formatKeyFile(keyFile), 'k')).toEqual(keyFile);
  for (const text of ['', 'null', '[]', '{}', '{"version":2}', '{"version":1,"entries":{}}'])
    expect(() => parseKeyFile(text, 'keys.json'), text).toThrow('the key file keys.json cannot be used');
  const bad = { version: 1, entries: [entry('short', { sha256: 'x' }), { ...entry('reader00'), scopes: ['root'] }] };
  for (const told of ['entry 1: prefix', 'entry 1: sha256', 'entry 2: scopes must be'])
    expect(() => parseKeyFile(JSON.stringify(bad), 'k')).toThrow(told);
});

const policy = (changes: Partial<PolicyNeeds> = {}) =>
  accessPolicy({ boundHost: '127.0.0.1', hasKeys: true, ...changes });

test('what is bound beyond loopback does not start without keys', () => {
  for (const boundHost of ['0.0.0.0', '::', '10.1.2.3', 'my-host', '127.evil.example'])
    expect(() => policy({ boundHost, hasKeys: false }), boundHost).toThrow('npm run key -- create --scope read');
  expect(() => policy({ hasKeys: false, requireKey: true })).toThrow('--require-key');
  for (const boundHost of ['127.0.0.1', 'localhost', '::1', '127.9.9.9', '[::1]']) {
    expect(isLoopbackHost(boundHost), boundHost).toBe(true);
    expect(policy({ boundHost, hasKeys: false }).needsKey).toBe(false);
  }
  expect([policy({ requireKey: true }).needsKey, policy({ boundHost: '0.0.0.0' }).needsKey]).toEqual([true, true]);
  expect(() => policy({ allowedOrigins: ['*'] })).toThrow('allowed origin "*"');
  expect(() => policy({ allowedHosts: ['a/b'] })).toThrow('allowed host "a/b"');
});

const door = (headers: RequestHeaders, changes: Partial<PolicyNeeds> = {}) =>
  guardRequest({ headers, localPort: 8080, policy: policy(changes), keyFile, nowUnixMillis: 0, sha256, scope: 'none' })
    .allowed;

test('on loopback only its own names with its own port are taken for Host', () => {
  for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'LOCALHOST:8080'])
    expect(door({ host }), host).toBe(true);
  for (const host of [
    undefined,
    'localhost',
    'localhost:8081',
    'evil.example:8080',
    '127.0.0.1.evil.example:8080',
    '10.0.0.1:8080',
    'localhost:8080:8080',
    '[::1]x:8080',
    '@localhost:8080',
  ])
    expect(door({ host }), host).toBe(false);
  expect(door({ host: 'maps.local' }, { allowedHosts: ['Maps.local'] })).toBe(true);
  expect(door({ host: 'maps.local:9' }, { allowedHosts: ['maps.local:8'] })).toBe(false);
});

test('beyond loopback an address is taken for Host, a name only when allowed', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['10.0.0.1:9999', true],
    ['[fe80::1]', true],
    ['localhost:1', true],
    ['evil.example:8080', false],
  ];
  for (const [host, allowed] of cases) expect(door({ host }, { boundHost: '0.0.0.0' }), host).toBe(allowed);
});

test('a foreign page is refused, its own and allowed ones are not', () => {
  const host = 'localhost:8080';
  const cases: readonly (readonly [string, boolean])[] = [
    ['http://localhost:8080', true],
    ['https://localhost:8080', true],
    ['https://grafana.example', true],
    ['http://127.0.0.1:8080', false],
    ['http://localhost:3000', false],
    ['http://evil.example', false],
    ['https://grafana.example.evil', false],
    ['null', false],
  ];
  for (const [origin, allowed] of cases)
    expect(door({ host, origin }, { allowedOrigins: ['https://Grafana.example'] }), origin).toBe(allowed);
});

test('a revoked key is out and a new one in within a second; a file that broke lets nobody in', () => {
  let now = 0;
  let file: KeyFile | Error = keyFile;
  const told: Error[] = [];
  const readKeys = (): KeyFile => {
    if (file instanceof Error) throw file;
    return file;
  };
  const guard = createGuard({
    policy: policy({ requireKey: true }),
    readKeys,
    nowUnixMillis: () => now,
    sha256,
    onProblem: (error) => void told.push(error),
  });
  const headers = { host: 'localhost:8080', authorization: `Bearer ${key('reader00')}` };
  const isIn = (): boolean => guard.check({ headers, localPort: 8080 }, 'read').allowed;
  expect([isIn(), guard.check({ headers: { host: headers.host }, localPort: 8080 }, 'none').allowed]).toEqual([
    true,
    true,
  ]);
  file = NO_KEYS;
  now = 999;
  expect(isIn()).toBe(true);
  now = 1000;
  expect(isIn()).toBe(false);
  file = keyFile;
  now = 2000;
  expect(isIn()).toBe(true);
  file = new Error('gone');
  now = 3000;
  expect([isIn(), told.length]).toEqual([false, 1]);
});
