/** What a request asks for, before it is written as bytes. Pure; used by requests.ts. */
import * as fc from 'fast-check';
import { bodyOf, type Sample } from './bodies.ts';
import { hostileText, statement } from './statements.ts';

export interface Parts {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

const SETTINGS = [
  'max_threads=1',
  'max_result_rows=5',
  'wait_end_of_query=1',
  'log_comment=%0A%0A%27;',
  'readonly=0',
  'output_format_schema=/NEW',
  'session_id=x',
  'default_format=JSON',
  'default_format=%00',
  'database=default',
  'database=%60%3B',
  'database=nowhere',
  'nonsense',
  '=',
  '&&',
  'query_id=%0D%0Ax%3A%20y',
  'extremes=1',
  'enable_http_compression=1',
  'compress=1',
  'decompress=1',
  'max_execution_time=abc',
];

const parameter = fc
  .tuple(fc.constantFrom('param_p', 'param_p', 'param_p', 'param_q', 'param_q', 'param_%00'), hostileText)
  .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`);

const query = (text: string): string => `query=${encodeURIComponent(text.toWellFormed())}`;
const target = (words: readonly string[]): string => `/?${words.join('&')}`;
const HARMLESS = [
  'max_threads=1',
  'wait_end_of_query=1',
  'default_format=JSONEachRow',
  'database=default',
  'param_p=1',
  "param_q=['a']",
];
const words = (from: readonly string[]): fc.Arbitrary<readonly string[]> =>
  fc.array(fc.constantFrom(...from), { maxLength: 2 });
const extras: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 6, arbitrary: words(HARMLESS) },
  { weight: 2, arbitrary: fc.array(parameter, { maxLength: 2 }) },
  { weight: 1, arbitrary: words(SETTINGS) },
);

const inUrl = (statements: fc.Arbitrary<string>): fc.Arbitrary<Parts> =>
  fc.tuple(fc.constantFrom('GET', 'POST', 'HEAD'), statements, extras).map(([method, text, extra]) => ({
    method,
    target: target([query(text), ...extra]),
    headers: [],
    body: Buffer.alloc(0),
  }));

const inBody = (statements: fc.Arbitrary<string>): fc.Arbitrary<Parts> =>
  fc
    .tuple(statements, extras)
    .map(([text, extra]) => ({ method: 'POST', target: target(extra), headers: [], body: Buffer.from(text) }));

const insert = (samples: readonly Sample[]): fc.Arbitrary<Parts> =>
  fc.tuple(bodyOf(samples), extras).map(([{ format, bytes, encoding }, extra]) => ({
    method: 'POST',
    target: target([query(`INSERT INTO target FORMAT ${format}`), ...extra]),
    headers: encoding === '' ? [] : [`Content-Encoding: ${encoding}`],
    body: bytes,
  }));

/** `folder` holds canary.csv, which is there, and new, which is not. */
export function partsOf(samples: readonly Sample[], folder: string): fc.Arbitrary<Parts> {
  const named = (text: string): string =>
    text.replaceAll("FILE'", `${folder}/canary.csv'`).replaceAll("'NEW", `'${folder}/new`);
  const statements = statement.map(named);
  return fc.oneof(
    { weight: 3, arbitrary: inUrl(statements) },
    { weight: 2, arbitrary: inBody(statements) },
    { weight: 4, arbitrary: insert(samples) },
  );
}
