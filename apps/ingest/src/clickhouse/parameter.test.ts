import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { parseParameter, TupleParam } from './parameter.ts';

test.each([
  ['plain', 'String', 'plain'],
  ["it\\'s", 'String', "it's"],
  ['a\\tb\\nc\\\\', 'String', 'a\tb\nc\\'],
  ["['not', 'an array']", 'String', "['not', 'an array']"],
  ['\\N', 'Nullable(String)', null],
  ['12', 'UInt64', '12'],
  ["['a\\'b','c\\\\d']", 'Array(String)', ["a'b", 'c\\d']],
  ['[]', 'Array(UInt8)', []],
  ['[1, -2,18446744073709551615]', 'Array(Int128)', [1n, -2n, 18446744073709551615n]],
  ['[[1.5],[]]', 'Array(Array(Float64))', [[1.5], []]],
  ["(1,'a',NULL,TRUE)", 'Tuple(UInt8,String,Nullable(String),Bool)', new TupleParam([1n, 'a', null, 1])],
  [
    "{'a':1,'b':2}",
    'Map(String, UInt8)',
    new Map([
      ['a', 1n],
      ['b', 2n],
    ]),
  ],
])('%s of type %s is read', (text, type, expected) => {
  expect(parseParameter(text, type)).toEqual(expected);
});

test('what is no literal is refused, and never hangs', () => {
  for (const bad of ['[', "['a", '[1,]', '[1]x', '(1;2)', '['.repeat(40)]) {
    expect(() => parseParameter(bad, 'Array(String)')).toThrow('not a literal');
  }
  assert(
    property(string(), (text) => {
      try {
        parseParameter(text, 'Array(String)');
      } catch (error) {
        expect(String(error)).toContain('not a literal');
      }
    }),
    { interruptAfterTimeLimit: 1_000 },
  );
});
