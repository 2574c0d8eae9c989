/** Scripts that complete `mapscope` in a shell, made of the table of all commands. Pure. */
import type { ConfigOptions } from '@mapscope/events';
import type { Shell } from './names.ts';

export interface Completed {
  readonly name: string;
  readonly describe: string;
  /** words that may stand behind the name */
  readonly words: readonly string[];
  readonly flags: readonly Flag[];
}

export interface Flag {
  readonly flag: string;
  readonly describe: string;
  /** undefined: a switch; empty: any value */
  readonly values: readonly string[] | undefined;
}

/** "one of a, b" and "a comma-separated list of a, b" name their values (libs/events, config/options.ts). */
const NAMED_VALUES = /^(?:one of|a comma-separated list of) (.+)$/;
const WORDS: Readonly<Record<string, readonly string[]>> = {
  config: ['print', 'validate'],
  completions: ['bash', 'zsh', 'fish'],
  deadletter: ['list', 'replay'],
};

export function completedOf(name: string, describe: string, options: ConfigOptions): Completed {
  const flags = Object.values(options).flatMap(({ flag, form, allowed, describe: said }): readonly Flag[] => {
    if (form === 'words') return [];
    const values = form === 'switch' ? undefined : (NAMED_VALUES.exec(allowed)?.[1]?.split(', ') ?? []);
    return [{ flag: `--${flag}`, describe: said, values }];
  });
  const help: Flag = { flag: '--help', describe: 'lists the flags', values: undefined };
  return { name, describe, words: WORDS[name] ?? [], flags: [...flags, help] };
}

export function completionScript(shell: Shell, commands: readonly Completed[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return zsh(commands);
    case 'fish':
      return fish(commands);
  }
}

/** In single quotes nothing is special to bash and zsh but the quote itself. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** fish reads a backslash in single quotes, too. */
const quotedFish = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const listed = (words: readonly string[]): string => quoted(words.join(' '));

function bash(commands: readonly Completed[]): string {
  const cases = commands.flatMap(({ name, words, flags }) => [
    `    ${name})`,
    `      flags=${listed([...words, ...flags.map(({ flag }) => flag)])}`,
    ...valueCases(flags),
    '      ;;',
  ]);
  return [
    '# mapscope: source <(mapscope completions bash)',
    '_mapscope() {',
    '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="" flags="" values=""',
    '  (( COMP_CWORD > 0 )) && prev="${COMP_WORDS[COMP_CWORD-1]}"',
    '  COMPREPLY=()',
    '  if (( COMP_CWORD == 1 )); then',
    `    COMPREPLY=($(compgen -W ${listed(commands.map(({ name }) => name))} -- "$cur"))`,
    '    return',
    '  fi',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    '  esac',
    '  [[ $values == - ]] && return',
    '  COMPREPLY=($(compgen -W "${values:-$flags}" -- "$cur"))',
    '}',
    'complete -o bashdefault -o default -F _mapscope mapscope',
  ].join('\n');
}

/** `-` leaves the value to the shell's own completion of files. */
function valueCases(flags: readonly Flag[]): readonly string[] {
  const cases = flags.flatMap(({ flag, values }) =>
    values === undefined ? [] : [`        ${flag}) values=${listed(values.length === 0 ? ['-'] : values)} ;;`],
  );
  return cases.length === 0 ? [] : ['      case "$prev" in', ...cases, '      esac'];
}

/** What ends a part of zsh's own descriptions. */
const told = (text: string): string => text.replaceAll(/[[\]:\\]/g, (sign) => `\\${sign}`);

const zshArgument = ({ flag, describe, values }: Flag): string => {
  const taken = values === undefined ? '' : values.length === 0 ? ':value:_files' : `:value:(${values.join(' ')})`;
  return quoted(`*${flag}[${told(describe)}]${taken}`);
};

/** zsh's own completion system (zshcompsys(1)): _describe for commands, _arguments for flags. */
function zsh(commands: readonly Completed[]): string {
  const cases = commands.flatMap(({ name, words, flags }) => [
    `    ${name}) _arguments ${[...flags.map(zshArgument), quoted(words.length === 0 ? '*::word:' : `1:word:(${words.join(' ')})`)].join(' ')} ;;`,
  ]);
  return [
    '#compdef mapscope',
    '# mapscope: source <(mapscope completions zsh)',
    '_mapscope() {',
    '  local -a commands',
    `  commands=(${commands.map(({ name, describe }) => quoted(`${name}:${told(describe)}`)).join(' ')})`,
    '  if (( CURRENT == 2 )); then',
    "    _describe 'command' commands",
    '    return',
    '  fi',
    '  local command=$words[2]',
    '  shift words; (( CURRENT-- ))',
    '  case $command in',
    ...cases,
    '  esac',
    '}',
    'compdef _mapscope mapscope',
  ].join('\n');
}

function fish(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, describe, words, flags }) => {
    const within = `-n ${quotedFish(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c mapscope -f -n __fish_use_subcommand -a ${name} -d ${quotedFish(describe)}`,
      ...(words.length === 0 ? [] : [`complete -c mapscope -f ${within} -a ${quotedFish(words.join(' '))}`]),
      ...flags.map(({ flag, describe: said, values }) => {
        const taken =
          values === undefined ? '' : values.length === 0 ? ' -r' : ` -x -a ${quotedFish(values.join(' '))}`;
        return `complete -c mapscope ${within} -l ${flag.slice(2)}${taken} -d ${quotedFish(said)}`;
      }),
    ];
  });
  return ['# mapscope: mapscope completions fish | source', ...lines].join('\n');
}
