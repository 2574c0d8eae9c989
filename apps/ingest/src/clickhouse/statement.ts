/**
 * What a statement is, told from the text the engine's own parser wrote back (formatQuerySingleLine). That text has one
 * statement, no comments, no heredocs, no inline data, and quotes escaped by backslash, so that blanking what is quoted
 * leaves only keywords, names and punctuation. A false alarm here refuses a query; it never lets one through.
 * Pure; used by handler.ts.
 */
import { refusal } from './exceptions.ts';
import { blankQuoted } from './quoted.ts';

export type Statement =
  /** gives rows, changes nothing */
  | { readonly kind: 'read'; readonly text: string }
  /** CREATE, DROP, ALTER, … and INSERT … SELECT: changes something, takes no data */
  | { readonly kind: 'change'; readonly text: string }
  /** INSERT … FORMAT X whose data comes in the body */
  | {
      readonly kind: 'insert';
      readonly target: string;
      readonly settings: string | undefined;
      readonly format: string;
    };

const READS = /^(SELECT|WITH|SHOW|DESCRIBE|EXISTS|EXPLAIN|CHECK|\()/;
const CHANGES =
  /^(CREATE (OR REPLACE )?(DATABASE|TABLE|VIEW|MATERIALIZED VIEW)|DROP (DATABASE|TABLE|VIEW)|TRUNCATE|ALTER TABLE|RENAME|EXCHANGE|OPTIMIZE)\b/;
const FILES = / INTO OUTFILE | FROM INFILE |\bPARALLEL WITH\b/;

export function classify(canonical: string): Statement {
  const blank = blankQuoted(canonical);
  if (FILES.test(`${blank} `)) {
    throw refusal(
      'ACCESS_DENIED',
      'INTO OUTFILE, FROM INFILE and PARALLEL WITH are refused: read the result from the response, send data as the request body, send one statement per request',
    );
  }
  if (blank.startsWith('INSERT INTO ')) return classifyInsert(canonical, blank);
  if (READS.test(blank)) return { kind: 'read', text: canonical };
  if (CHANGES.test(blank)) return { kind: 'change', text: canonical };
  throw refusal(
    'ACCESS_DENIED',
    `"${canonical.slice(0, 60)}" is not served: connections are shared, so SET, USE, SYSTEM, temporary tables and access statements are refused; give settings and database as URL parameters`,
  );
}

function classifyInsert(canonical: string, blank: string): Statement {
  if (/ (SELECT|WITH|WATCH) /.test(blank)) {
    if (/\binput\(/i.test(blank))
      throw refusal('ACCESS_DENIED', 'input() is refused: INSERT … FORMAT with the data as the body');
    return { kind: 'change', text: canonical };
  }
  const tail = /^(.*?)( SETTINGS (.*))? FORMAT (\S+)$/s.exec(blank);
  if (tail === null)
    throw refusal('SYNTAX_ERROR', 'INSERT needs a FORMAT: INSERT INTO t FORMAT JSONEachRow, with the data as the body');
  const [, head = '', , settings] = tail;
  const settingsFrom = head.length + ' SETTINGS '.length;
  return {
    kind: 'insert',
    target: canonical.slice(0, head.length),
    settings: settings === undefined ? undefined : canonical.slice(settingsFrom, settingsFrom + settings.length),
    format: canonical.slice(blank.lastIndexOf(' FORMAT ') + ' FORMAT '.length),
  };
}

/** `INSERT INTO t FROM INFILE '…' SETTINGS … FORMAT X`. The path is made by this process, never taken from a client. */
export function insertFromFile(insert: Extract<Statement, { kind: 'insert' }>, path: string, settings: string): string {
  const all = [insert.settings ?? '', settings].filter((part) => part !== '').join(', ');
  const clause = all === '' ? '' : ` SETTINGS ${all}`;
  return `${insert.target} FROM INFILE '${path}'${clause} FORMAT ${insert.format}`;
}

/** `head`, then where the rows go, then `tail`. */
export interface Finished {
  readonly head: string;
  /** ` FORMAT X` and the settings behind it */
  readonly tail: string;
  readonly format: string;
}

/** Adds the format of the response and the settings of the request; both end with this one query. */
export function finishRead(text: string, defaultFormat: string, settings: string): Finished {
  const blank = blankQuoted(text);
  const own = / FORMAT (\S+?)( SETTINGS .*)?$/s.exec(blank);
  if (own === null) {
    const clause = settings === '' ? '' : ` SETTINGS ${settings}`;
    return { head: text, tail: ` FORMAT ${defaultFormat}${clause}`, format: defaultFormat };
  }
  const from = own.index + ' FORMAT '.length;
  const format = text.slice(from, from + (own[1] ?? '').length).replaceAll('`', '');
  const [head, tail] = [text.slice(0, own.index), text.slice(own.index)];
  if (settings === '') return { head, tail, format };
  return { head, tail: `${tail}${own[2] === undefined ? ' SETTINGS' : ','} ${settings}`, format };
}

/** Statements without rows take settings behind an empty format, except INSERT … SELECT, where they end the SELECT. */
export function finishChange(text: string, settings: string): string {
  if (settings === '') return text;
  const blank = blankQuoted(text);
  if (!blank.startsWith('INSERT ')) return `${text} FORMAT Null SETTINGS ${settings}`;
  if (/ SETTINGS /.test(blank)) {
    throw refusal(
      'BAD_ARGUMENTS',
      'INSERT … SELECT has settings in its text and in the URL: give all of them in one place',
    );
  }
  return `${text} SETTINGS ${settings}`;
}
