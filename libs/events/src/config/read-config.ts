/**
 * Reads the settings of a program: flag > environment > file > default. Pure: argv, env and the parsed file come in.
 * All problems are told at once in one CONFIG_INVALID.
 */
import { MapscopeError } from '../errors.ts';
import { readArgv } from './argv.ts';
import type { Argv } from './argv.ts';
import { nearest } from './nearest.ts';
import type { ConfigOption, ConfigOptions, ConfigValues } from './option.ts';

export interface ConfigFile {
  /** For messages: the path the values were read from. */
  readonly name: string;
  /** Keys are flags without dashes; values are texts, numbers, booleans or lists of these. */
  readonly values: Readonly<Record<string, unknown>>;
}

export interface ConfigSources {
  /** Without the names of the runtime and the script: `process.argv.slice(2)`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file?: ConfigFile;
  /** Names of MAPSCOPE_* variables that are not for this program, so that one environment can serve several. */
  readonly ignore?: readonly string[];
}

/**
 * Our own prefix. One environment serves several of our programs, so an unknown variable that bears it is a mistake
 * of writing only where a name of this program is near; else it is another program's.
 */
const OWN_PREFIX = 'MAPSCOPE_';

interface Given {
  readonly text: string;
  readonly origin: string;
}
type Outcome = { readonly value: unknown } | { readonly problem: string };

export function readConfig<const O extends ConfigOptions>(options: O, sources: ConfigSources): ConfigValues<O> {
  const argv = readArgv(options, sources.argv);
  const outcomes = Object.entries(options).map(([key, option]) => ({ key, ...readOption(option, argv, sources) }));
  const problems = [
    ...argv.problems,
    ...strayWords(options, argv.words),
    ...outcomes.flatMap((outcome) => ('problem' in outcome ? [outcome.problem] : [])),
    ...unknownVariables(options, sources),
    ...unknownKeys(options, sources.file),
  ];
  if (problems.length > 0) throw configInvalid(problems);
  const values = outcomes.flatMap((outcome) => ('value' in outcome ? [[outcome.key, outcome.value] as const] : []));
  // Each key of `options` is here once, with what its own option parsed or has as default.
  return Object.fromEntries(values) as ConfigValues<O>;
}

/** True when --help or -h stands before `--`: print describeOptions and leave, do not read the rest. */
export function wantsHelp(argv: readonly string[]): boolean {
  const help = argv.findIndex((word) => word === '--help' || word === '-h');
  return help >= 0 && !argv.slice(0, help).includes('--');
}

function configInvalid(problems: readonly string[]): MapscopeError {
  const head =
    problems.length === 1 ? 'the configuration has a problem' : `the configuration has ${problems.length} problems`;
  const lines = problems.map((problem) => `\n  - ${problem}`).join('');
  return new MapscopeError('CONFIG_INVALID', `${head}:${lines}`, { facts: { problems: problems.length } });
}

function readOption(option: ConfigOption<unknown>, argv: Argv, sources: ConfigSources): Outcome {
  const given = fromFlag(option, argv) ?? fromEnv(option, sources.env) ?? fromFile(option, sources.file);
  if (given === undefined) {
    return option.absent.kind === 'default' ? { value: option.absent.value } : { problem: missing(option) };
  }
  const parsed = option.parse(given.text);
  return parsed ?? { problem: `${shown(option, given.text)} (${given.origin}) is not allowed: give ${option.allowed}` };
}

function fromFlag({ form, flag }: ConfigOption<unknown>, argv: Argv): Given | undefined {
  if (form === 'words')
    return argv.words.length > 0 ? { text: argv.words.join('\n'), origin: 'command line' } : undefined;
  const values = argv.values.get(flag);
  const text = form === 'list' ? values?.join(',') : values?.at(-1);
  return text === undefined ? undefined : { text, origin: `flag --${flag}` };
}

/** An empty variable counts as not set, as OpenTelemetry has it (specification, "Parsing empty value"). */
function fromEnv({ env }: ConfigOption<unknown>, variables: ConfigSources['env']): Given | undefined {
  const text = env === undefined ? undefined : variables[env];
  return env === undefined || text === undefined || text === '' ? undefined : { text, origin: `variable ${env}` };
}

function fromFile({ flag, form }: ConfigOption<unknown>, file: ConfigFile | undefined): Given | undefined {
  if (file === undefined || form === 'words' || !Object.hasOwn(file.values, flag)) return undefined;
  const value = file.values[flag];
  // An object becomes its JSON, which no option allows unless it takes any text; so it is shown as it was written.
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value);
  return text === undefined ? undefined : { text, origin: `key "${flag}" in ${file.name}` };
}

function missing(option: ConfigOption<unknown>): string {
  if (option.form === 'words') return `<${option.flag}> is missing: give ${option.allowed} (${option.describe})`;
  const variable = option.env === undefined ? '' : ` or set ${option.env}`;
  return `--${option.flag} is missing: give --${option.flag}${variable} to ${option.allowed} (${option.describe})`;
}

/** The value in quotes, without secrets: neither of a secret option nor the user and password of a URL. */
function shown(option: ConfigOption<unknown>, text: string): string {
  const name = option.form === 'words' ? `<${option.flag}>` : option.flag;
  const safe = option.secret
    ? '***'
    : text
        .replace(/\/\/[^/@]*@/, '//***@')
        .replaceAll('\n', ' ')
        .slice(0, 200);
  return `${name} "${safe}"`;
}

function strayWords(options: ConfigOptions, words: readonly string[]): readonly string[] {
  const isWanted = Object.values(options).some(({ form }) => form === 'words');
  return isWanted
    ? []
    : words.map((word) => `"${word.slice(0, 200)}" belongs to no flag: remove it or put its --flag before it`);
}

/** The prefix says nothing, so it does not count as likeness: MAPSCOPE_KAFKA_BROKERS is near KAFKA_BROKERS. */
const bare = (name: string): string => name.replace(OWN_PREFIX, '');

function unknownVariables(options: ConfigOptions, { env, ignore = [] }: ConfigSources): readonly string[] {
  const known = Object.values(options).flatMap((option) => option.env ?? []);
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith(OWN_PREFIX) && env[name] !== undefined && !known.includes(name) && !ignore.includes(name),
  );
  return unknown.flatMap((name) => {
    const near = nearest(bare(name), known.map(bare));
    const meant = known.find((candidate) => bare(candidate) === near);
    return meant === undefined ? [] : [`variable ${name} is not known: did you mean ${meant}?`];
  });
}

function unknownKeys(options: ConfigOptions, file: ConfigFile | undefined): readonly string[] {
  const known = Object.values(options).flatMap(({ form, flag }) => (form === 'words' ? [] : [flag]));
  const unknown = Object.keys(file?.values ?? {}).filter((key) => !known.includes(key));
  return unknown.map((key) => {
    const near = nearest(key, known);
    const mend = near === undefined ? `known are ${known.join(', ')}` : `did you mean "${near}"?`;
    return `key "${key}" in ${file?.name ?? ''} is not known: ${mend}`;
  });
}
