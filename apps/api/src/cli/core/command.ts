/**
 * What a command is: its words and flags, an example, and what it does. A table of these is the whole program: help,
 * the page of all commands and completions are made of it.
 */
import {
  type ConfigOptions,
  type ConfigValues,
  MapscopeError,
  booleanOption,
  readConfig,
  textOption,
  urlOption,
} from '@mapscope/events';
import type { ApiClient } from './api-client.ts';

/** Given to every command; the key itself is never a flag, because every process of the machine can read those. */
export const COMMON_OPTIONS = {
  url: urlOption({
    flag: 'url',
    env: 'MAPSCOPE_URL',
    describe: 'where the Mapscope API listens',
    default: 'http://127.0.0.1:8080',
  }),
  keyFile: textOption({
    flag: 'key-file',
    describe: 'a file that holds the key; else the key is the variable MAPSCOPE_KEY',
    default: undefined,
  }),
  json: booleanOption({ flag: 'json', describe: 'the answer as JSON on stdout, errors too' }),
};
export type CommonConfig = ConfigValues<typeof COMMON_OPTIONS>;

/** What a command touches of the world; all of it comes from main.ts. */
export interface World {
  readonly api: ApiClient;
  readonly out: (text: string) => void;
  readonly outBytes: (bytes: Uint8Array) => void;
  readonly err: (line: string) => void;
  /** rows and columns of the terminal that stdout is; undefined: stdout is a file or a pipe */
  readonly terminal: () => { readonly rows: number; readonly columns: number } | undefined;
  readonly readText: (path: string) => string;
  readonly readBytes: (path: string) => Uint8Array;
  /** of addresses that are not the API's */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly writeFile: (path: string, bytes: Uint8Array) => void;
  readonly stop: AbortSignal;
  readonly pause: (millis: number) => Promise<void>;
  readonly nowUnixNanos: () => bigint;
}

/** 0: answered; 3: answered, and no cause is named. What fails throws, and ends with the status of its code. */
export type Status = 0 | 3;

export interface Started {
  readonly common: CommonConfig;
  readonly run: (world: World) => Promise<Status>;
}

export interface Command {
  readonly describe: string;
  /** the words behind the name, for the first line of the help */
  readonly usage: string;
  readonly example: string;
  readonly options: ConfigOptions;
  /** Throws CONFIG_INVALID with all problems at once. */
  readonly start: (sources: CommandSources) => Started;
}

export interface CommandSources {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface CommandSpec<O extends ConfigOptions> {
  readonly describe: string;
  readonly usage: string;
  readonly example: string;
  readonly options: O;
  readonly run: (config: ConfigValues<O> & CommonConfig, world: World) => Promise<Status>;
}

/** Variables of other programs mean nothing here. */
const othersOf = (env: CommandSources['env']): readonly string[] =>
  Object.keys(env).filter((name) => name.startsWith('MAPSCOPE_') && name !== COMMON_OPTIONS.url.env);

export function command<const O extends ConfigOptions>(spec: CommandSpec<O>): Command {
  const options = { ...spec.options, ...COMMON_OPTIONS };
  const start = ({ argv, env }: CommandSources): Started => {
    const sources = { argv, env, ignore: othersOf(env) };
    // Both read the same record; TypeScript does not see that the values of a spread are the spread of the values.
    const config = readConfig(options, sources) as ConfigValues<O> & CommonConfig;
    return { common: config, run: (world) => spec.run(config, world) };
  };
  const { describe, usage, example } = spec;
  return { describe, usage, example, options, start };
}

/** For a value that is only wrong beside another one. */
export const misused = (message: string): MapscopeError => new MapscopeError('CONFIG_INVALID', message);
