import { expect, test } from 'vitest';
import { parseRequest, stringLiteral } from './settings.ts';

const parse = (query: string): ReturnType<typeof parseRequest> => parseRequest(new URL(`http://h/?${query}`), {});

test('statement, database, format, parameters and settings are told apart', () => {
  const options = parse(
    "query=SELECT+1&database=d&default_format=JSON&param_x=a%5C%27&max_threads=2&log_comment=it's&wait_end_of_query=1&query_id=q",
  );
  expect(options).toEqual({
    query: 'SELECT 1',
    queryId: 'q',
    database: 'd',
    defaultFormat: 'JSON',
    parameters: new Map([['x', "a\\'"]]),
    settings: "max_threads = 2, log_comment = 'it\\'s'",
    waitsForEnd: true,
    encoding: undefined,
  });
});

test.each([
  'readonly=0',
  'allow_ddl=1',
  'format_schema=x',
  'session_id=x',
  'async_insert=1',
  'param_a-b=1',
  'default_format=a;b',
])('%s is refused', (query) => expect(() => parse(query)).toThrow(/not served|served here|not a name/));

test('a string literal has no blank line and no way out of its quotes', () => {
  expect(stringLiteral("a\\'b'\n\n\0")).toBe("'a\\\\\\'b\\'\\n\\n\\0'");
});
