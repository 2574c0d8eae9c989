/** `mapscope config print|validate`: what a program would start with, and what would keep it from starting. Pure. */
import { nearestName } from '@mapscope/contract';
import {
  type ConfigOption,
  type ConfigOptions,
  type ConfigSources,
  MapscopeError,
  accessPolicy,
  readConfig,
} from '@mapscope/events';
import { type Column, table } from '../../apps/api/src/cli/words/table.ts';
import { joinTargets } from '../../apps/ingest/src/agent/targets/parse-targets.ts';
import { CONFIGURED } from './programs.ts';

type Program = keyof typeof CONFIGURED;
// The keys of a table of programs are programs.
const PROGRAMS = Object.keys(CONFIGURED) as readonly Program[];
const VERBS = ['print', 'validate'] as const;
type Verb = (typeof VERBS)[number];

export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
}

type Env = ConfigSources['env'];

export interface ConfigAnswer {
  readonly text: string;
  readonly json: object;
}

/** @param argv the words behind `config`, without --json */
export function configCommand(argv: readonly string[], env: Env): ConfigAnswer {
  const [verb = '', word, ...rest] = argv;
  if (!isVerb(verb)) throw notKnown('command of config', verb, VERBS);
  // Without a program the environment alone is judged, for each of them.
  if (word === undefined) return merged(PROGRAMS.map((program) => answerOf(verb, program, [], env)));
  if (!isProgram(word)) throw notKnown('program', word, PROGRAMS);
  return merged([answerOf(verb, word, rest, env)]);
}

const isVerb = (text: string): text is Verb => VERBS.some((verb) => verb === text);
const isProgram = (text: string): text is Program => Object.hasOwn(CONFIGURED, text);

function notKnown(what: string, given: string, known: readonly string[]): MapscopeError {
  const nearest = given === '' ? undefined : nearestName(given, known);
  const hint = nearest === undefined ? '' : `did you mean "${nearest}"? `;
  const text = given === '' ? `no ${what} is given` : `"${given.slice(0, 64)}" is no ${what}`;
  return new MapscopeError('CONFIG_INVALID', `${text}: ${hint}give one of ${known.join(', ')}`);
}

function merged(answers: readonly (ConfigAnswer & { readonly program: Program })[]): ConfigAnswer {
  const json = Object.fromEntries(answers.map((answer) => [answer.program, answer.json]));
  return { text: answers.map(({ text }) => text).join('\n\n'), json };
}

function answerOf(verb: Verb, program: Program, argv: readonly string[], env: Env) {
  const settings = settingsOf(program, argv, env);
  if (verb === 'validate') return { program, text: `${program}: valid`, json: { valid: true } };
  const rows = settings.map(({ name, value, origin }) => [name, value, origin]);
  return { program, text: `${program}\n${table(COLUMNS, rows)}`, json: { settings } };
}

const COLUMNS: readonly Column[] = [{ title: 'SETTING' }, { title: 'VALUE' }, { title: 'FROM' }];

/** Throws CONFIG_INVALID with all problems of the program, its name before them. */
function settingsOf(program: Program, given: readonly string[], env: Env): readonly Setting[] {
  const options: ConfigOptions = CONFIGURED[program];
  const argv = program === 'agent' ? joinTargets(given) : given;
  try {
    const values = readConfig(options, { argv, env, ignore: ALL_NAMES });
    if (program === 'api') checkDoor(argv, env);
    return Object.entries(options).map(([key, option]) => ({
      name: option.flag,
      value: shown(option, values[key]),
      origin: originOf(option, argv, env),
    }));
  } catch (error) {
    if (!(error instanceof MapscopeError)) throw error;
    throw new MapscopeError(error.code, `${program}: ${error.message}`, { cause: error });
  }
}

/** One environment serves all programs. */
const ALL_NAMES = Object.values(CONFIGURED).flatMap((options) =>
  Object.values(options).flatMap(({ env }) => env ?? []),
);

/** As the api itself refuses to start. */
function checkDoor(argv: readonly string[], env: Env): void {
  const { host, keysFile, ...rest } = readConfig(CONFIGURED.api, { argv, env, ignore: ALL_NAMES });
  accessPolicy({ boundHost: host, hasKeys: keysFile !== undefined, ...rest });
}

/** A secret is not shown, nor are user and password of a URL. */
function shown({ secret }: ConfigOption<unknown>, value: unknown): string {
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value);
  if (text === undefined || text === '') return '–';
  if (secret) return '***';
  return text.replaceAll(/\/\/[^/@\s]*@/g, '//***@');
}

function originOf({ flag, env: name }: ConfigOption<unknown>, argv: readonly string[], env: Env): string {
  const isGiven = argv.some((word) => word === `--${flag}` || word.startsWith(`--${flag}=`) || word === `--no-${flag}`);
  if (isGiven) return `flag --${flag}`;
  const isSet = name !== undefined && env[name] !== undefined && env[name] !== '';
  return isSet ? `variable ${name}` : name === undefined ? 'default' : `default; variable ${name} is not set`;
}
