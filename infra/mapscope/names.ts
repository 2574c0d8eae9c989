/** Who carries out what, without loading any of it: a question to the API must not wait for the collector's libraries. */
import { type ConfigOptions, booleanOption, positionals } from '@mapscope/events';
import type { Described } from '../../apps/api/src/cli/core/help.ts';
import type { RoleName } from '../../apps/ingest/src/roles.ts';

/** The collector's roles and the words behind their names. */
export const COLLECTOR: Readonly<Record<RoleName, string>> = {
  agent: '',
  writer: '',
  otlp: '',
  clickhouse: '',
  replay: '',
  generate: '',
  doctor: '',
  detach: '--all',
  deadletter: 'list|replay',
  schema: '',
};

export const EXAMPLES: Readonly<Partial<Record<RoleName, string>>> = {
  agent: 'mapscope agent --target service=order',
  doctor: 'mapscope doctor --exe /srv/order',
  detach: 'mapscope detach --all',
  deadletter: 'mapscope deadletter list',
  schema: 'mapscope schema --cluster main',
};

/** Which detach is meant: its flags tell. The collector's works without an API. */
const OF_THIS_HOST = /^--(no-)?all(=|$)|^--(data-dir|wait)(=|$)/;

export const isCollector = (name: string, argv: readonly string[]): name is RoleName =>
  Object.hasOwn(COLLECTOR, name) && (name !== 'detach' || argv.some((word) => OF_THIS_HOST.test(word)));

const json = booleanOption({ flag: 'json', describe: 'the answer as JSON on stdout' });

export const CONFIG_OPTIONS = {
  words: positionals({ name: 'words', describe: 'print or validate, then agent, writer, otlp, clickhouse or api' }),
  json,
} satisfies ConfigOptions;

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const COMPLETIONS_OPTIONS = {
  shell: positionals({ name: 'shell', describe: SHELLS.join(', '), min: 1, max: 1 }),
} satisfies ConfigOptions;

export const HERE = {
  config: {
    describe: 'print: each setting, its value and where it comes from; validate: all problems at once; secrets never',
    usage: 'print|validate [PROGRAM] [--flags of it]',
    example: 'mapscope config print api --port 9000',
    options: CONFIG_OPTIONS,
  },
  completions: {
    describe: 'a script that completes commands, flags and their values in a shell',
    usage: SHELLS.join('|'),
    example: 'source <(mapscope completions bash)',
    options: COMPLETIONS_OPTIONS,
  },
} as const satisfies Readonly<Record<string, Described>>;

export type Here = keyof typeof HERE;
export const isHere = (name: string): name is Here => Object.hasOwn(HERE, name);
