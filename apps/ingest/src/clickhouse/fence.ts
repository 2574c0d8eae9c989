/**
 * What a statement may name. The grants of engine-config.ts hold for sources and engines, but not for everything:
 * seen on chDB 26.7: `file('/path')` as a scalar function reads any file, `sqlite()` makes its file before access is checked, the settings
 * `output_format_schema` and `input_format_record_errors_file_path` write where they say, `disk = disk(…)` puts a table
 * anywhere, and a structure given as text (`format(CSV, 'a String ALIAS file(…)')`) hides expressions in a string.
 * So names are taken from the engine's own text and compared with lists; table functions that nobody has looked at are refused.
 * Pure; used by handler.ts, on text of canonical.ts.
 */
import { TABLE_ENGINES } from './engine-config.ts';
import type { EngineNames } from './engine-names.ts';
import { refusal } from './exceptions.ts';
import { isAllowedSetting } from './setting-names.ts';
import { blankQuoted, quotedParts } from './quoted.ts';

/** Take neither a path, an address nor a structure as text. */
const TABLE_FUNCTIONS = new Set([
  'numbers',
  'numbers_mt',
  'zeros',
  'zeros_mt',
  'generateseries',
  'generate_series',
  'primes',
  'merge',
  'view',
  'viewifpermitted',
  'viewexplain',
  'mergetreeindex',
  'mergetreeprojection',
]);
/** Reach a file, a library or a certificate, and no grant is asked for. */
const FUNCTIONS = new Set(['file', 'catboostevaluate', 'showcertificate']);
const DATABASE_ENGINES = new Set(['Atomic', 'Memory']);

export function checkFence(canonical: string, names: EngineNames): void {
  const blank = blankQuoted(canonical);
  checkEngines(canonical, blank);
  checkSettings(blank, names);
  for (const { name, end } of calls(canonical, blank)) checkCall(name, canonical.slice(end), names);
}

interface Call {
  readonly name: string;
  /** behind the name */
  readonly end: number;
}

/** `name(`, and `APPLY name`, which calls without a parenthesis. */
function* calls(canonical: string, blank: string): Iterable<Call> {
  for (const found of blank.matchAll(/([A-Za-z_]\w*)\(|\bAPPLY ([A-Za-z_]\w*)/g)) {
    const name = found[1] ?? found[2] ?? '';
    yield { name, end: found.index + found[0].length - (found[1] === undefined ? 0 : 1) };
  }
  for (const { text, start, end } of quotedParts(canonical)) {
    const isCalled = canonical[end] === '(' || /\bAPPLY $/.test(blank.slice(0, start));
    if (isCalled && text !== '') yield { name: text, end };
  }
}

function checkCall(name: string, rest: string, names: EngineNames): void {
  const lower = name.toLowerCase();
  if (lower === 'format') return checkFormat(rest, names);
  if (TABLE_FUNCTIONS.has(lower)) return;
  if (!FUNCTIONS.has(lower) && !names.tableFunctions.has(lower)) return;
  throw refusal(
    'ACCESS_DENIED',
    `the function ${name.slice(0, 60)} is refused: it could reach files or hosts; insert the data into a table, as the body of INSERT INTO t FORMAT X, and select from there`,
  );
}

/** The string function takes a pattern, the table function the name of a format, and then a structure. */
function checkFormat(rest: string, names: EngineNames): void {
  const pattern = /^\('((?:[^'\\]|\\.)*)'/s.exec(rest)?.[1];
  if (pattern !== undefined && !names.formats.has(pattern.toLowerCase())) return;
  throw refusal(
    'ACCESS_DENIED',
    'the table function format is refused: send the data as the body of INSERT INTO t FORMAT X; format() of text needs a literal pattern',
  );
}

function checkEngines(canonical: string, blank: string): void {
  if (!blank.startsWith('CREATE ')) return;
  const allowed = /^CREATE (OR REPLACE )?DATABASE /.test(blank) ? DATABASE_ENGINES : TABLE_ENGINES;
  for (const { 0: found, index } of blank.matchAll(/\bENGINE = \S+?(?=[\s(]|$)/g)) {
    // The engine quotes those that are words of SQL: ENGINE = `Null`.
    const engine = canonical.slice(index + 'ENGINE = '.length, index + found.length).replace(/^`(\w+)`$/, '$1');
    if (allowed.has(engine)) continue;
    throw refusal(
      'ACCESS_DENIED',
      `the engine ${engine.slice(0, 60)} is refused: it keeps its data elsewhere; use one of ${[...allowed].join(', ')}`,
    );
  }
}

/** The engine writes a schema of its own into the temporary directory for them, and leaves it there. */
const WITH_SCHEMA = /^(protobuf|protobufsingle|protobuflist|capnproto)$/i;

/** Of an answer or of a body. */
export function checkFormatName(format: string): void {
  if (!WITH_SCHEMA.test(format.replaceAll('`', ''))) return;
  throw refusal(
    'ACCESS_DENIED',
    `the format ${format} is refused: the engine would write a file with its schema; use Native, Parquet, RowBinary or JSONEachRow`,
  );
}

/** Name and value as the engine writes them; lists, maps and functions are no value of an allowed setting. */
const ASSIGNMENT = /([A-Za-z_]\w*) = (-?[\w.]+|·+)(?=, | [A-Z]|\)|$)(, )?/y;

function checkSettings(blank: string, names: EngineNames): void {
  for (const found of blank.matchAll(/\bSETTINGS? /g)) {
    if (found[0] === 'SETTING ' && !/\bMODIFY $/.test(blank.slice(0, found.index))) continue;
    let at = found.index + found[0].length;
    do at = checkAssignment(blank, at, names);
    while (blank.slice(at - 2, at) === ', ' && /^\S+ = /.test(blank.slice(at, at + 200)));
  }
}

function checkAssignment(blank: string, at: number, names: EngineNames): number {
  ASSIGNMENT.lastIndex = at;
  const [whole = '', name = ''] = ASSIGNMENT.exec(blank) ?? [];
  if (name !== '' && isAllowedSetting(name, names.tableSettings)) return at + whole.length;
  const shown = /^\w{1,60}/.exec(blank.slice(at, at + 60))?.[0] ?? blank.slice(at, at + 40);
  throw refusal(
    'UNKNOWN_SETTING',
    `the setting "${shown}" is not served here: leave it out; those that limit, read or write rows are (max_…, input_format_…, output_format_…)`,
  );
}
