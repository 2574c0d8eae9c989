/** The generated pages of this folder, as oxfmt would lay them out. Pure. */
import { ERROR_CODES, type ErrorCode } from '@mapscope/events';
import { type Described, type Group, exitStatuses, helpOf } from '../../apps/api/src/cli/core/help.ts';
import { table } from '../bench/report.ts';
import { ERROR_WORDS } from './error-words.ts';

const MADE = 'Made by `node infra/docs/main.ts`; a test compares this page with the code.';

// The keys of a table of all codes are codes.
const CODES = Object.keys(ERROR_CODES) as readonly ErrorCode[];

export function errorsPage(): string {
  const rows = CODES.map((code) => [
    `[\`${code}\`](#${code.toLowerCase()})`,
    String(ERROR_CODES[code].exit),
    ERROR_CODES[code].retry ? 'yes' : 'no',
    ERROR_WORDS[code].means,
  ]);
  return [
    '# Errors and how to mend them',
    '',
    'Every error of Mapscope has a code, a message that says what happened, with which value, and what to do, and an exit status for programs.',
    'The API has the code in the field `code` of a problem, programs in the event `error`, commands before the message; with `--json` in `error.code`.',
    MADE,
    '',
    ...table(['code', 'exit', 'comes right by itself', 'what it means'], rows),
    '',
    ...CODES.flatMap(errorSection),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

const errorSection = (code: ErrorCode): readonly string[] => [
  `## ${code}`,
  '',
  ERROR_WORDS[code].means,
  '',
  `**To mend it.** ${ERROR_WORDS[code].mend}`,
  '',
];

type Table = Readonly<Record<string, Described>>;

/** Each command with the very text of its --help. */
export function commandsPage(groups: readonly (Group & { readonly commands: Table })[]): string {
  const sections = groups.flatMap(({ title, commands }) => [
    `## ${title}`,
    '',
    ...Object.entries(commands).flatMap(([name, described]) => [
      `### mapscope ${name}`,
      '',
      '```text',
      helpOf(name, described),
      '```',
      '',
    ]),
  ]);
  return [
    '# Commands',
    '',
    'In a checkout: `npx mapscope COMMAND`, or `npm run mapscope -- COMMAND`, which sets up first. What a code means:',
    `[errors](errors.md). ${MADE}`,
    '',
    ...sections,
    '## Exit status',
    '',
    '```text',
    ...exitStatuses().slice(1),
    '```',
    '',
  ].join('\n');
}
