/** The text of --help of one command, and of all of them. Pure. */
import { type ConfigOptions, ERROR_CODES, describeOptions } from '@mapscope/events';

/** What help, the page of all commands and completions need to know of a command, whoever runs it. */
export interface Described {
  readonly describe: string;
  readonly usage: string;
  readonly example?: string;
  readonly options: ConfigOptions;
}

export function helpOf(name: string, { describe, usage, example, options }: Described): string {
  const words = usage === '' ? '' : ` ${usage}`;
  const shown = example === undefined ? [] : ['', `Example: ${example}`];
  return [`mapscope ${name}${words}`, '', sentence(describe), ...shown, '', describeOptions(options)].join('\n');
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

export interface Group {
  readonly title: string;
  readonly commands: Readonly<Record<string, Pick<Described, 'describe' | 'usage'>>>;
}

export function overview(groups: readonly Group[]): string {
  const lines = groups.flatMap(({ title, commands }) => [
    '',
    title,
    ...Object.entries(commands).map(([name, { describe }]) => `  ${name.padEnd(NAME_WIDTH)}${describe}`),
  ]);
  return ['mapscope COMMAND [--flags]', ...lines, '', ...exitStatuses(), '', CLOSING].join('\n');
}

const NAME_WIDTH = 13;
const CLOSING = 'mapscope COMMAND --help lists the flags of a command; infra/docs/commands.md has them all.';

const codes = (status: number): string =>
  Object.entries(ERROR_CODES)
    .flatMap(([code, { exit }]) => (exit === status ? [code] : []))
    .join(', ');

/** What each status means, with the codes that end so. */
export function exitStatuses(): readonly string[] {
  return [
    'Exit status:',
    '  0    done, or answered',
    `  1    failed: ${codes(1)}`,
    `  2    to be mended first, this call or this machine: ${codes(2)}`,
    `  3    answered, but no cause is named (why): ${codes(3)}`,
    '  130  ended by Ctrl-C before there was an answer',
  ];
}
