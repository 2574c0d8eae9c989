import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { MapscopeError } from '../errors.ts';
import {
  booleanOption,
  choiceOption,
  integerOption,
  listOption,
  portOption,
  positionals,
  textOption,
  urlOption,
} from './options.ts';
import { readConfig, wantsHelp } from './read-config.ts';
import type { ConfigSources } from './read-config.ts';

const OPTIONS = {
  brokers: listOption({ flag: 'brokers', env: 'KAFKA_BROKERS', describe: 'Kafka brokers' }),
  port: portOption({ flag: 'port', env: 'MAPSCOPE_PORT', describe: 'port to listen on', default: 7000 }),
  url: urlOption({ flag: 'clickhouse', env: 'CLICKHOUSE_URL', describe: 'store', default: 'http://localhost:8123' }),
  password: textOption({
    flag: 'password',
    env: 'CLICKHOUSE_PASSWORD',
    describe: 'pw',
    default: undefined,
    secret: true,
  }),
  level: choiceOption({
    flag: 'level',
    env: 'MAPSCOPE_LEVEL',
    describe: 'log level',
    choices: ['info', 'debug'],
    default: 'info',
  }),
  rows: integerOption({ flag: 'rows', describe: 'rows a batch', min: 1, max: 100, default: 50 }),
  families: listOption({ flag: 'families', describe: 'probes', choices: ['lock', 'http'], default: ['lock'] }),
  demo: booleanOption({ flag: 'demo', env: 'MAPSCOPE_DEMO', describe: 'demo data' }),
  ui: booleanOption({ flag: 'ui', describe: 'serve the ui', default: true }),
};

const read = (sources: Partial<ConfigSources>): ReturnType<typeof readConfig<typeof OPTIONS>> =>
  readConfig(OPTIONS, { argv: ['--brokers', 'a:1'], env: {}, ...sources });

const problemsOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof MapscopeError && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
  return 'no problem';
};

test('the types of the values follow from the options', () => {
  const values = read({});
  expectTypeOf(values).toEqualTypeOf<{
    readonly brokers: readonly string[];
    readonly port: number;
    readonly url: string;
    readonly password: string | undefined;
    readonly level: 'info' | 'debug';
    readonly rows: number;
    readonly families: readonly ('lock' | 'http')[];
    readonly demo: boolean;
    readonly ui: boolean;
  }>();
  expect(values).toEqual({
    brokers: ['a:1'],
    port: 7000,
    url: 'http://localhost:8123',
    password: undefined,
    level: 'info',
    rows: 50,
    families: ['lock'],
    demo: false,
    ui: true,
  });
});

const FILE = { name: 'm.json', values: { port: 3, level: 'debug', families: ['http', 'lock'], demo: true } };

test('a flag wins over the environment, the environment over the file, the file over the default', () => {
  const env = { MAPSCOPE_PORT: '2' };
  expect(read({ argv: ['--brokers=a', '--port', '1'], env, file: FILE }).port).toBe(1);
  expect(read({ env, file: FILE }).port).toBe(2);
  expect(read({ file: FILE })).toMatchObject({ port: 3, level: 'debug', families: ['http', 'lock'], demo: true });
  expect(read({}).port).toBe(7000);
});

const ACCEPTED: readonly [string, Partial<ConfigSources>, object][] = [
  ['--flag=value', { argv: ['--brokers=a,b'] }, { brokers: ['a', 'b'] }],
  ['a value with = in it', { argv: ['--brokers', 'a', '--password=x=y'] }, { password: 'x=y' }],
  ['a list given twice', { argv: ['--brokers', 'a', '--brokers', ' b , c,'] }, { brokers: ['a', 'b', 'c'] }],
  ['the last of two values', { argv: ['--brokers', 'a', '--port', '1', '--port', '2'] }, { port: 2 }],
  ['a switch', { argv: ['--demo', '--brokers', 'a'] }, { demo: true }],
  ['a switch turned off', { argv: ['--brokers', 'a', '--no-ui'] }, { ui: false }],
  ['a switch with a value', { argv: ['--brokers', 'a', '--ui=off'] }, { ui: false }],
  ['a switch in the environment', { env: { MAPSCOPE_DEMO: 'YES' } }, { demo: true }],
  ['an empty variable as not set', { env: { MAPSCOPE_PORT: '' } }, { port: 7000 }],
  ['a variable of another program', { env: { MAPSCOPE_GO_ROOTS: '1' } }, {}],
  ['a near one that is to be ignored', { env: { MAPSCOPE_PORTS: '1' }, ignore: ['MAPSCOPE_PORTS'] }, {}],
  ['a foreign variable', { env: { PATH: '/bin', KAFKA_BROKRES: '1' } }, {}],
];

test.each(ACCEPTED)('%s is accepted', (_, sources, expected) => {
  expect(read(sources)).toMatchObject(expected);
});

const REFUSED: readonly [string, Partial<ConfigSources>, string][] = [
  [
    'a missing option',
    { argv: [] },
    '--brokers is missing: give --brokers or set KAFKA_BROKERS to a comma-separated list (Kafka brokers)',
  ],
  [
    'a bad flag',
    { argv: ['--brokers', 'a', '--port', 'http'] },
    'port "http" (flag --port) is not allowed: give an integer from 0 to 65535',
  ],
  ['a port too high', { env: { MAPSCOPE_PORT: '65536' } }, 'port "65536" (variable MAPSCOPE_PORT) is not allowed'],
  [
    'a bad value in the file',
    { file: { name: 'm.json', values: { rows: 0 } } },
    'rows "0" (key "rows" in m.json) is not allowed: give an integer from 1 to 100',
  ],
  ['an object in the file', { file: { name: 'm.json', values: { rows: {} } } }, 'rows "{}" (key "rows" in m.json)'],
  [
    'an unknown choice',
    { env: { MAPSCOPE_LEVEL: 'loud' } },
    'level "loud" (variable MAPSCOPE_LEVEL) is not allowed: give one of info, debug',
  ],
  ['an unknown item', { argv: ['--brokers=a', '--families=lock,disk'] }, 'give a comma-separated list of lock, http'],
  ['an empty list', { argv: ['--brokers=,'] }, 'brokers "," (flag --brokers) is not allowed'],
  ['a URL of another kind', { env: { CLICKHOUSE_URL: 'tcp://x' } }, 'give a URL that starts with http:// or https://'],
  ['a flag without value', { argv: ['--brokers', '--demo'] }, '--brokers has no value: give a comma-separated list'],
  ['a misspelt flag', { argv: ['--brokres', 'a'] }, '--brokres is not known: did you mean --brokers?'],
  ['a misspelt negation', { argv: ['--brokers=a', '--no-iu'] }, 'did you mean --no-ui?'],
  ['a flag near nothing', { argv: ['--xyzzy'] }, '--xyzzy is not known: known are --brokers, --port,'],
  ['a short flag', { argv: ['-p', '1'] }, '-p is not known'],
  [
    'a misspelt variable',
    { env: { MAPSCOPE_PROT: '1' } },
    'variable MAPSCOPE_PROT is not known: did you mean MAPSCOPE_PORT?',
  ],
  ['a prefix too many', { env: { MAPSCOPE_KAFKA_BROKERS: 'a' } }, 'did you mean KAFKA_BROKERS?'],
  [
    'a misspelt key',
    { file: { name: 'm.json', values: { prot: 1 } } },
    'key "prot" in m.json is not known: did you mean "port"?',
  ],
  ['a stray word', { argv: ['--brokers', 'a', 'b'] }, '"b" belongs to no flag'],
];

test.each(REFUSED)('%s is refused with its value, its origin and the mend', (_, sources, message) => {
  expect(problemsOf(() => read(sources))).toContain(message);
});

test('all problems are told at once', () => {
  const message = problemsOf(() =>
    read({ argv: ['--prot=1', 'word'], env: { MAPSCOPE_LEVEL: 'x', MAPSCOPE_PROT: '1' } }),
  );
  expect(message.split('\n')).toEqual([
    'the configuration has 5 problems:',
    '  - --prot is not known: did you mean --port?',
    '  - "word" belongs to no flag: remove it or put its --flag before it',
    expect.stringContaining('--brokers is missing'),
    expect.stringContaining('level "x"'),
    '  - variable MAPSCOPE_PROT is not known: did you mean MAPSCOPE_PORT?',
  ]);
});

test('no message shows a secret', () => {
  expect(problemsOf(() => read({ env: { CLICKHOUSE_URL: 'ftp://me:hush@host' } }))).toContain(
    'url "ftp://***@host"'.slice(4),
  );
  expect(problemsOf(() => read({ argv: ['--password=', '--brokers=a'] }))).toContain('password "***"');
});

describe('words', () => {
  const options = {
    words: positionals({ name: 'service', describe: 'which service', min: 1, max: 2 }),
    force: booleanOption({ flag: 'force', describe: 'no questions' }),
  };

  test('words around flags are collected, and all behind -- are words', () => {
    expect(readConfig(options, { argv: ['a', '--force', '--', '--b'], env: {} })).toEqual({
      words: ['a', '--b'],
      force: true,
    });
  });

  test('too few and too many words are refused', () => {
    expect(problemsOf(() => readConfig(options, { argv: [], env: {} }))).toContain(
      '<service> is missing: give 1 to 2 <service> (which service)',
    );
    expect(problemsOf(() => readConfig(options, { argv: ['a', 'b', 'c'], env: {} }))).toContain(
      '<service> "a b c" (command line) is not allowed: give 1 to 2',
    );
  });

  test('words not required are none', () => {
    const some = { words: positionals({ name: 'service', describe: 'which service' }) };
    expect(readConfig(some, { argv: [], env: {} })).toEqual({ words: [] });
  });
});

test('help is wanted when --help or -h stands before --', () => {
  expect([['--help'], ['x', '-h'], [], ['--', '--help']].map(wantsHelp)).toEqual([true, true, false, false]);
});

test('any command line is read or refused with CONFIG_INVALID', () => {
  const word = fc.oneof(
    fc.constantFrom('--', '-', '--=', '--no-', '--brokers', '--no-ui', '--port=1', '--__proto__'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(word), (argv) => {
      expect(problemsOf(() => read({ argv }))).toMatch(/no problem|the configuration has/);
    }),
    { interruptAfterTimeLimit: 3000 },
  );
});
