/** Pieces of SQL that many panels share. */
import { LOCK_KINDS } from '@mapscope/events';

/** of the variable `service`; singlequote: 'a','b' */
export const CHOSEN = 'service IN (${service:singlequote})';

/** The number of a column as the word it stands for. */
export function wordOf(column: string, words: Readonly<Record<string, number>>): string {
  const names = Object.keys(words).map((name) => `'${name}'`);
  return `transform(${column}, [${Object.values(words).join(', ')}], [${names.join(', ')}], 'other')`;
}

export const LOCK_KIND = wordOf('lock_kind', LOCK_KINDS);

export const WAITER = "concat(waiter_function, ' ', waiter_file, ':', toString(waiter_line))";
export const HOLDER = "concat(holder_function, ' ', holder_file, ':', toString(holder_line))";
