/** One program for all commands: who carries out what, what is completed, what a configuration is told to be. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../apps/api/src/cli/commands.ts';
import { ROLES } from '../../apps/ingest/src/roles.ts';
import { REPO_ROOT } from '../world/paths.ts';
import { configCommand } from './config.ts';
import { completions, helpText } from './help.ts';
import { COLLECTOR, HERE, isCollector, type Shell } from './names.ts';
import { ALL } from './programs.ts';

test('every command of the api and every role of the collector is told of, once', () => {
  const names = [...Object.keys(COMMANDS), ...Object.keys(ROLES), ...Object.keys(HERE)];
  expect(Object.keys(COLLECTOR).toSorted()).toEqual(Object.keys(ROLES).toSorted());
  // detach is two: of a service and of this host
  expect([...ALL.keys()].toSorted()).toEqual(
    names
      .filter((name) => name !== 'detach')
      .concat('detach', 'detach --all')
      .toSorted(),
  );
  const help = helpText('', []);
  for (const name of names) expect(help).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

test.each([
  ['doctor', [], true],
  ['detach', ['--all'], true],
  ['detach', ['--all=true', '--json'], true],
  ['detach', ['--data-dir', '/x'], true],
  ['detach', ['order'], false],
  ['detach', ['allow', '--ttl', '1h'], false],
  ['why', ['order'], false],
])('%s %j is the collector: %s', (name, argv, collector) => {
  expect(isCollector(name, argv)).toBe(collector);
});

test('help of detach has both, of detach --all the one of this host', () => {
  expect(helpText('detach', [])).toMatch(/^mapscope detach SERVICE[^]*\nmapscope detach --all\n/);
  expect(helpText('detach', ['--all'])).toMatch(/^mapscope detach --all\n/);
  expect(helpText('detach', ['--all'])).not.toContain('SERVICE');
});

/** What bash would offer, from the script itself. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `${completions('bash')}
COMP_WORDS=(mapscope "$@"); COMP_CWORD=$#; _mapscope; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], { encoding: 'utf8' });
  return out.split('\n').filter((line) => line !== '');
}

test('bash completes commands, their flags, and the values of flags', () => {
  expect(offered('wh')).toEqual(['why']);
  expect(offered('de')).toEqual(['detach', 'deadletter']);
  expect(offered('why', '--s')).toEqual(['--since']);
  expect(offered('tail', '--kind', 'l')).toEqual(['lock_wait']);
  expect(offered('export', '--side', '')).toEqual(['holder', 'waiter']);
  expect(offered('detach', '--a')).toEqual(['--all']);
  expect(offered('config', 'v')).toEqual(['validate']);
  // a file is for the shell itself
  expect(offered('export', '--out', 'x')).toEqual([]);
});

const has = (shell: Shell): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

for (const shell of ['bash', 'zsh', 'fish'] as const)
  test.skipIf(!has(shell))(`${shell} reads its script${has(shell) ? '' : ' (skipped: it is not installed)'}`, () => {
    const read = spawnSync(shell, ['-n'], { input: completions(shell), encoding: 'utf8' });
    expect([read.status, read.stderr]).toEqual([0, '']);
  });

test('scripts of shells that are not here name every command and quote what is special to them', () => {
  const names = [...new Set([...ALL.keys()].map((name) => name.split(' ', 1)[0]!))];
  for (const name of names) {
    expect(completions('zsh')).toContain(`    ${name}) _arguments '`);
    expect(completions('fish')).toContain(`-n __fish_use_subcommand -a ${name} -d '`);
  }
  // an apostrophe ends a quoted text in zsh, and is escaped in fish
  expect(completions('zsh')).toContain(`ClickHouse'\\''s`);
  expect(completions('fish')).toContain(`ClickHouse\\'s`);
});

const lines = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  configCommand(argv, env)
    .text.split('\n')
    .map((line) => line.split(/ {2,}/));

test('config print tells each setting, its value and where it comes from, and no secret', () => {
  const env = { KAFKA_BROKERS: 'a:1,b:2', CLICKHOUSE_PASSWORD: 'hush', CLICKHOUSE_URL: 'http://me:hush@db:8123' };
  const shown = lines(['print', 'api', '--port', '9000', '--no-detect'], env);
  expect(shown).toContainEqual(['port', '9000', 'flag --port']);
  expect(shown).toContainEqual(['detect', 'false', 'flag --detect']);
  expect(shown).toContainEqual(['kafka-brokers', 'a:1,b:2', 'variable KAFKA_BROKERS']);
  expect(shown).toContainEqual(['clickhouse-password', '***', 'variable CLICKHOUSE_PASSWORD']);
  expect(shown).toContainEqual(['clickhouse-url', 'http://***@db:8123', 'variable CLICKHOUSE_URL']);
  expect(JSON.stringify(shown)).not.toContain('hush');
  const { json } = configCommand(['print', 'agent', '--target', 'service=a', '--target', 'service=b'], {});
  expect(JSON.stringify(json)).toContain('service=a;service=b');
});

test('config validate tells all problems of a program, and knows the variables of the others', () => {
  const env = { MAPSCOPE_URL: 'http://x', MAPSCOPE_KEY: 'k', MAPSCOPE_KEYS_FILE: '/k', MAPSCOPE_SLO_MS: '5' };
  expect(configCommand(['validate'], env).json).toMatchObject({ agent: { valid: true }, api: { valid: true } });
  const cases: readonly (readonly [readonly string[], string])[] = [
    [
      ['validate', 'api', '--prot', '1'],
      'api: the configuration has a problem:\n  - --prot is not known: did you mean --port?',
    ],
    [['validate', 'api', '--host', '0.0.0.0'], 'no key file is given'],
    [['validate', 'wirter'], 'did you mean "writer"?'],
    [['pirnt'], 'did you mean "print"?'],
    [[], 'no command of config is given: give one of print, validate'],
  ];
  for (const [argv, said] of cases) expect(() => configCommand(argv, {}), argv.join(' ')).toThrow(said);
});

const mapscope = (...words: readonly string[]) =>
  spawnSync(process.execPath, ['--conditions=source', join(REPO_ROOT, 'infra/mapscope/main.ts'), ...words], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '' },
  });

test('the program itself: unknown commands, a failure as JSON, a configuration', () => {
  const unknown = mapscope('wyh', 'order');
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean "mapscope why"?')]);
  const json = mapscope('config', 'validate', 'api', '--port', 'x', '--json');
  expect(json.status).toBe(2);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
  const printed = mapscope('config', 'print', 'writer', '--json');
  expect([printed.status, JSON.parse(printed.stdout)]).toMatchObject([0, { writer: { settings: expect.any(Array) } }]);
});

const BIN = join(REPO_ROOT, 'apps/ingest/bin/mapscope.mjs');
const isCompiled = existsSync(join(REPO_ROOT, 'apps/api/dist/cli/main.js'));

const started = (...words: readonly string[]) =>
  spawnSync(process.execPath, [BIN, ...words], { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } });

test.skipIf(!isCompiled)(
  `npx mapscope hands over to the api's commands and the collector's roles${isCompiled ? '' : ' (skipped: not compiled)'}`,
  () => {
    const away = started('why', 'order', '--url', 'http://127.0.0.1:9');
    expect([away.status, away.stderr]).toEqual([
      2,
      expect.stringContaining('SETUP_FAILED: no answer from http://127.0.0.1:9'),
    ]);
    const role = started('schema', '--nonsense');
    expect([role.status, role.stdout]).toEqual([2, expect.stringContaining('CONFIG_INVALID')]);
  },
);
