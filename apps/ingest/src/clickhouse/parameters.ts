/** Parameters of a request made part of its statement, with the engine's word that each is one value of its type. */
import { refusal, toServerException } from './exceptions.ts';
import { shapeOf } from './quoted.ts';
import { stringLiteral } from './settings.ts';
import { type Cast, substitute } from './substitute.ts';

export interface Bound {
  readonly text: string;
  /** left for chDB to bind: names of tables and columns */
  readonly names: Readonly<Record<string, string>>;
}

export type Bind = (canonical: string, sent: ReadonlyMap<string, string>) => Promise<Bound>;

/** `select` gives the text of one query, see engine.ts. Nothing of the client's runs here but casts of constants. */
export function createBinder(select: (sql: string) => Promise<string>): Bind {
  return async (canonical, sent) => {
    const { text, casts, names } = substitute(canonical, sent);
    if (casts.length === 0) return { text, names };
    const proof = `SELECT formatQuerySingleLineOrNull(${stringLiteral(text)}), ${ignore(casts)} FORMAT JSONCompactEachRow`;
    const answer = await select(proof).catch((error: unknown) => explain(select, casts, error));
    // Format JSONCompactEachRow of the columns above.
    const [parsed] = JSON.parse(answer) as [string | null];
    if (parsed === null || shapeOf(parsed) !== shapeOf(text)) {
      throw refusal('BAD_QUERY_PARAMETER', 'a query parameter stands where no value may stand: write it as text there');
    }
    return { text, names };
  };
}

const ignore = (casts: readonly Cast[]): string => `ignore(${casts.map(({ proof }) => proof).join(', ')})`;

async function explain(
  select: (sql: string) => Promise<string>,
  casts: readonly Cast[],
  error: unknown,
): Promise<never> {
  for (const cast of casts) {
    await select(`SELECT ${ignore([cast])} FORMAT Null`).catch((reason: unknown) => {
      throw notAValue(cast, reason);
    });
  }
  throw error;
}

const UNKNOWN_TYPE = 50;

function notAValue({ name, type }: Cast, reason: unknown): Error {
  const { code, text } = toServerException(reason);
  const own = text.replace(/^Code: \d+\. DB::Exception: /, '').replace(/: (In scope|while executing) .*$/s, '');
  if (code === UNKNOWN_TYPE) return reason instanceof Error ? reason : new Error(text);
  return refusal(
    'BAD_QUERY_PARAMETER',
    `the value of the query parameter '${name}' cannot be parsed as ${type}: ${own}`,
  );
}
