/** Splits the words of a command line by the declared options. Values are not judged here. */
import { nearest } from './nearest.ts';
import type { ConfigOption, ConfigOptions } from './option.ts';

export interface Argv {
  /** Flag name without dashes → its values in the order given. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Words that belong to no flag. */
  readonly words: readonly string[];
  readonly problems: readonly string[];
}

type Word =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'value'; readonly flag: string; readonly text: string; readonly takesNext: boolean }
  | { readonly kind: 'problem'; readonly text: string; readonly takesNext: boolean };

/** `argv` without the names of the runtime and the script. `--` ends the flags. */
export function readArgv(options: ConfigOptions, argv: readonly string[]): Argv {
  const declared = Object.values(options);
  const values = new Map<string, string[]>();
  const words: string[] = [];
  const problems: string[] = [];
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  for (let i = 0; i < end; i++) {
    const word = readWord(declared, argv[i] ?? '', i + 1 < end ? argv[i + 1] : undefined);
    if (word.kind === 'word') words.push(word.text);
    else if (word.kind === 'problem') problems.push(word.text);
    else values.set(word.flag, [...(values.get(word.flag) ?? []), word.text]);
    if (word.kind !== 'word' && word.takesNext) i++;
  }
  return { values, words: [...words, ...argv.slice(end + 1)], problems };
}

function readWord(options: readonly ConfigOption<unknown>[], word: string, next: string | undefined): Word {
  if (!word.startsWith('-') || word === '-') return { kind: 'word', text: word };
  const { name, value } = /^--?(?<name>[^=]*)(?:=(?<value>.*))?$/s.exec(word)?.groups ?? {};
  const flags = options.filter(({ form }) => form !== 'words');
  const option = word.startsWith('--') ? flags.find(({ flag }) => flag === name) : undefined;
  const hasNext = next !== undefined && !next.startsWith('--');
  if (option === undefined) {
    const negated = flags.find(({ flag, form }) => form === 'switch' && word === `--no-${flag}`);
    if (negated !== undefined) return { kind: 'value', flag: negated.flag, text: 'false', takesNext: false };
    // The value of a misspelt flag is no word of its own, unless words are wanted here.
    const takesNext = value === undefined && hasNext && flags.length === options.length;
    return { kind: 'problem', text: unknownFlag(word, name ?? '', flags), takesNext };
  }
  const { flag, form, allowed } = option;
  if (value !== undefined) return { kind: 'value', flag, text: value, takesNext: false };
  if (form === 'switch') return { kind: 'value', flag, text: 'true', takesNext: false };
  if (hasNext) return { kind: 'value', flag, text: next, takesNext: true };
  return { kind: 'problem', text: `--${flag} has no value: give ${allowed}`, takesNext: false };
}

function unknownFlag(word: string, name: string, flags: readonly ConfigOption<unknown>[]): string {
  const known = flags.flatMap(({ flag, form }) => (form === 'switch' ? [flag, `no-${flag}`] : [flag]));
  const near = nearest(name, known);
  const mend =
    near === undefined ? `known are ${known.map((flag) => `--${flag}`).join(', ')}` : `did you mean --${near}?`;
  return `${word.replace(/=.*/s, '')} is not known: ${mend}`;
}
