/**
 * `npm run key -- create --scope read,ingest --expires 30d --note laptop`: makes, lists and revokes the keys of
 * everything that listens. A key is shown once; the file keeps its hash. Programs see a change within a second.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import {
  choiceOption,
  describeOptions,
  ERROR_CODES,
  listOption,
  MapscopeError,
  positionals,
  readConfig,
  SCOPES,
  textOption,
  wantsHelp,
} from '@mapscope/events';
import { changeKeyFile, readKeyFile } from './file.ts';
import { describeKeys, expiryOf, newKey, without, type Chance } from './keys.ts';

const FILE = textOption({
  flag: 'file',
  env: 'MAPSCOPE_KEYS_FILE',
  describe: 'the key file',
  default: '.mapscope/keys.json',
});
const COMMAND = positionals({ name: 'command', describe: 'create, list, or revoke and a prefix', min: 1, max: 2 });

const OPTIONS = {
  command: COMMAND,
  file: FILE,
  scope: listOption({ flag: 'scope', describe: 'create: what the key may do', choices: SCOPES, default: undefined }),
  expires: textOption({ flag: 'expires', describe: 'create: how long it holds, e.g. 12h, 30d, never', default: '90d' }),
  note: textOption({ flag: 'note', describe: 'create: whose it is, for the list', default: '' }),
  output: choiceOption({ flag: 'output', describe: 'text or json', choices: ['text', 'json'], default: 'text' }),
};

const chance: Chance = { bytes: (count) => randomBytes(count), below: (bound) => randomInt(bound) };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

type Settings = ReturnType<typeof readSettings>;

/** Other programs' variables mean nothing here. */
function readSettings(argv: readonly string[], env: NodeJS.ProcessEnv) {
  const others = Object.keys(env).filter((name) => name.startsWith('MAPSCOPE_') && name !== 'MAPSCOPE_KEYS_FILE');
  return readConfig(OPTIONS, { argv, env, ignore: others });
}

function run(settings: Settings, nowUnixMillis: number): string {
  const [command = '', ...words] = settings.command;
  const [prefix] = words;
  if (command === 'list' && prefix === undefined) return list(settings, nowUnixMillis);
  if (command === 'create' && prefix === undefined) return create(settings, nowUnixMillis);
  if (command === 'revoke' && prefix !== undefined) return revoke(settings, prefix);
  const given = settings.command.join(' ').slice(0, 100);
  const text = `"${given}" is not a command: give "create --scope read", "list", or "revoke PREFIX" with a prefix of the list`;
  throw new MapscopeError('CONFIG_INVALID', text);
}

function create({ file, scope, expires, note, output }: Settings, nowUnixMillis: number): string {
  if (scope === undefined) {
    const text = '--scope is missing: give one or more of read (ask), ingest (write events), control (switch probes)';
    throw new MapscopeError('CONFIG_INVALID', text);
  }
  const expiresUnixMillis = expiryOf(expires, nowUnixMillis);
  const made = newKey({ scopes: [...new Set(scope)], note, nowUnixMillis, expiresUnixMillis }, { chance, sha256 });
  changeKeyFile(file, (keys) => ({ version: 1, entries: [...keys.entries, made.entry] }));
  if (output === 'json') return JSON.stringify({ key: made.key, ...made.entry, file });
  const until = expiresUnixMillis === null ? 'for ever' : `until ${new Date(expiresUnixMillis).toISOString()}`;
  process.stderr.write(`kept in ${file} (as a hash), holds ${until}; the key itself is shown only now:\n`);
  return made.key;
}

function list({ file, output }: Settings, nowUnixMillis: number): string {
  const { entries } = readKeyFile(file);
  if (output === 'text') return describeKeys(entries, nowUnixMillis);
  // Undefined members are left out: the hash is of no use to people.
  return JSON.stringify(entries.map((entry) => ({ ...entry, sha256: undefined })));
}

function revoke({ file }: Settings, given: string): string {
  const prefix = /^msk_([0-9a-z]{8})/.exec(given)?.[1] ?? given;
  changeKeyFile(file, (keys) => without(keys, prefix));
  return `msk_${prefix}_… no longer holds; programs that run know it within a second`;
}

function main(argv: readonly string[]): number {
  if (wantsHelp(argv)) {
    process.stdout.write(`npm run key -- create | list | revoke PREFIX\n\n${describeOptions(OPTIONS)}\n`);
    return 0;
  }
  try {
    process.stdout.write(`${run(readSettings(argv, process.env), Date.now())}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof MapscopeError)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n`);
    return ERROR_CODES[error.code].exit;
  }
}

process.exitCode = main(process.argv.slice(2));
