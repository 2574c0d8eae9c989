/**
 * A client's statement as the engine's own parser writes it back, or a refusal. The text goes in as a string literal,
 * so parsing runs nothing. What is executed later is the text that comes back, never the client's bytes:
 * a second statement is a syntax error here, comments and data behind FORMAT are gone, quotes are escaped one way.
 */
import { refusal, toServerException } from './exceptions.ts';
import { stringLiteral } from './settings.ts';

/** ClickHouse's own max_query_size. */
export const MAX_STATEMENT_CHARACTERS = 262_144;
const CACHED_STATEMENTS = 256;
const CACHED_CHARACTERS = 8_192;

export type Canonicalise = (statement: string) => Promise<string>;

/** `select` runs one query and gives its first column as text, one line per value; see engine.ts. */
export function createCanonicaliser(select: (sql: string) => Promise<string>): Canonicalise {
  const cache = new Map<string, string>();
  return async (statement) => {
    const known = cache.get(statement);
    if (known !== undefined) return known;
    const canonical = await parseStatement(select, statement);
    if (statement.length <= CACHED_CHARACTERS) remember(cache, statement, canonical);
    return canonical;
  };
}

function remember(cache: Map<string, string>, statement: string, canonical: string): void {
  const oldest = cache.keys().next();
  if (cache.size >= CACHED_STATEMENTS && oldest.done !== true) cache.delete(oldest.value);
  cache.set(statement, canonical);
}

/** The end of an INSERT whose data comes in the body. */
const DATA_FOLLOWS = /\s(FORMAT\s+[A-Za-z0-9]+|VALUES)\s*;?\s*$/i;

async function parseStatement(select: (sql: string) => Promise<string>, statement: string): Promise<string> {
  checkText(statement);
  const head = statement.replace(DATA_FOLLOWS, '');
  const answer = await select(parseQuery(statement, `${head} SELECT 1`)).catch((error: unknown) => {
    throw withoutOurWrapping(error);
  });
  // Format JSONCompactEachRow of the three columns below.
  const [canonical, writtenAgain, withSelect] = JSON.parse(answer) as [string, string | null, string | null];
  if (writtenAgain !== canonical) {
    throw refusal('SYNTAX_ERROR', 'the parser cannot read back what it wrote of this statement: write it more plainly');
  }
  refuseInlineData(canonical, withSelect);
  return canonical;
}

/** Column 2 proves the text stable; column 3 is what the text is without its last FORMAT, see refuseInlineData. */
function parseQuery(statement: string, withSelect: string): string {
  return `SELECT formatQuerySingleLine(${stringLiteral(statement)}) AS a, formatQuerySingleLineOrNull(a) AS b, formatQuerySingleLineOrNull(${stringLiteral(withSelect)}) AS c FORMAT JSONCompactEachRow`;
}

function checkText(statement: string): void {
  if (statement.length > MAX_STATEMENT_CHARACTERS) {
    throw refusal(
      'QUERY_IS_TOO_LARGE',
      `the statement has ${statement.length} characters, at most ${MAX_STATEMENT_CHARACTERS} are read: send data as the body, with the statement in ?query=`,
    );
  }
  if (statement.trim() === '') throw refusal('SYNTAX_ERROR', 'Empty query: give it in ?query= or as the body');
  if (statement.includes('\0'))
    throw refusal('SYNTAX_ERROR', 'the statement contains a NUL character: pass such values as typed parameters');
}

/**
 * The parser drops what stands behind FORMAT or VALUES. With the last FORMAT replaced by a SELECT the same head must
 * come back: then nothing stood between, and no byte of data is lost silently or taken for SQL.
 */
function refuseInlineData(canonical: string, withSelect: string | null): void {
  if (!canonical.startsWith('INSERT INTO ') || / SELECT /.test(canonical)) return;
  const head = canonical.slice(0, canonical.lastIndexOf(' FORMAT '));
  if (withSelect === `${head} SELECT 1`) return;
  throw refusal(
    'SYNTAX_ERROR',
    'data inside the statement is refused: put `INSERT INTO t FORMAT X` in ?query= and the data, VALUES too, in the body',
  );
}

/** "… : In scope SELECT formatQuerySingleLine('…'). (SYNTAX_ERROR)" speaks of our wrapping, not of the client's text. */
function withoutOurWrapping(error: unknown): Error {
  const { code, text } = toServerException(error);
  if (code !== 62) return error instanceof Error ? error : new Error(text);
  const end = text.indexOf(': In scope SELECT formatQuery');
  const own = (end === -1 ? text : text.slice(0, end)).replace(/^Code: 62\. DB::Exception: /, '').replace(/\.+$/, '');
  return refusal('SYNTAX_ERROR', own);
}
