import { expect, test } from 'vitest';
import { substitute } from './substitute.ts';

const sent = new Map(Object.entries({ a: "it\\'s\\n", n: '\\N', l: "['a\\'b']", t: 'x', d: '1', m: "{'k':1}" }));

test.each([
  ['SELECT {a:String}', "SELECT _CAST('it\\'s\\n', 'String')"],
  ['SELECT {n:Nullable(String)}', "SELECT _CAST(NULL, 'Nullable(String)')"],
  ['SELECT {l:Array(String)}', "SELECT _CAST('[\\'a\\\\\\'b\\']', 'Array(String)')"],
  ['SELECT {m:Map(String, UInt8)}', "SELECT _CAST('[{\\'k\\':1}]', 'Array(Map(String, UInt8))')[1]"],
  ["SELECT {d:DateTime64(9, 'UTC')}, {d:UInt8}", "SELECT _CAST('1', 'DateTime64(9, \\'UTC\\')'), _CAST('1', 'UInt8')"],
  ["SELECT '{a:String}', `{a:String}`, {b:String}", "SELECT '{a:String}', `{a:String}`, {b:String}"],
  ['SELECT * FROM {t:Identifier}', 'SELECT * FROM {t:Identifier}'],
])('%s becomes %s', (text, wanted) => {
  expect(substitute(text, sent).text).toBe(wanted);
});

test('names are left for the engine to quote', () => {
  expect(substitute('SELECT {a:String} FROM {t:Identifier}', sent)).toMatchObject({
    names: { t: 'x' },
    casts: [{ name: 'a' }],
  });
});
