/**
 * Query parameters come as text: a plain value in TabSeparated escaping, or an array, tuple or map written as a
 * literal. chDB's binder wants JavaScript values and writes that text again, so it is read here.
 *
 *   value   := array | tuple | map | quoted | bare
 *   array   := '[' [value {',' value}] ']'      tuple := '(' … ')'
 *   map     := '{' [value ':' value {',' …}] '}'
 *   quoted  := "'" {character | '\' character} "'"
 *
 * Pure; used by engine.ts. What a value means is the engine's business: it checks it against the declared type.
 */
import { refusal } from './exceptions.ts';

/** chDB's binder writes a tuple for objects whose class has this name (the official client's class). */
export class TupleParam {
  readonly values: readonly ParameterValue[];
  constructor(values: readonly ParameterValue[]) {
    this.values = values;
  }
}

export type ParameterValue =
  | string
  | bigint
  | number
  | null
  | readonly ParameterValue[]
  | TupleParam
  | ReadonlyMap<ParameterValue, ParameterValue>;

const COMPOSITE = /^(Array|Tuple|Map)\(/;

export function parseParameter(text: string, type: string): ParameterValue {
  if (!COMPOSITE.test(type)) return text === '\\N' ? null : unescapeText(text);
  const reader = { text, at: 0 };
  const value = readValue(reader, 0);
  if (reader.at !== text.length) throw malformed(reader);
  return value;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' };

function unescapeText(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => ESCAPES[character] ?? character);
}

interface Reader {
  readonly text: string;
  at: number;
}

/** Deeper literals than this are nobody's parameter. */
const MAX_DEPTH = 16;

function readValue(reader: Reader, depth: number): ParameterValue {
  if (depth > MAX_DEPTH) throw malformed(reader);
  switch (reader.text.charAt(reader.at)) {
    case '[':
      return readList(reader, ']', depth);
    case '(':
      return new TupleParam(readList(reader, ')', depth));
    case '{':
      return readMap(reader, depth);
    case "'":
      return readQuoted(reader);
    default:
      return readBare(reader);
  }
}

function readList(reader: Reader, close: string, depth: number): readonly ParameterValue[] {
  const values: ParameterValue[] = [];
  readItems(reader, close, () => values.push(readValue(reader, depth + 1)));
  return values;
}

function readMap(reader: Reader, depth: number): ReadonlyMap<ParameterValue, ParameterValue> {
  const entries = new Map<ParameterValue, ParameterValue>();
  readItems(reader, '}', () => {
    const key = readValue(reader, depth + 1);
    if (!take(reader, ':')) throw malformed(reader);
    entries.set(key, readValue(reader, depth + 1));
  });
  return entries;
}

function readItems(reader: Reader, close: string, readItem: () => void): void {
  reader.at += 1;
  if (take(reader, close)) return;
  do readItem();
  while (take(reader, ','));
  if (!take(reader, close)) throw malformed(reader);
}

function take(reader: Reader, character: string): boolean {
  while (reader.text[reader.at] === ' ') reader.at += 1;
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  while (reader.text[reader.at] === ' ') reader.at += 1;
  return true;
}

function readQuoted(reader: Reader): string {
  const quoted = /'((?:[^'\\]|\\.)*)'/sy;
  quoted.lastIndex = reader.at;
  const found = quoted.exec(reader.text);
  if (found === null) throw malformed(reader);
  reader.at = quoted.lastIndex;
  return unescapeText(found[1] ?? '');
}

function readBare(reader: Reader): ParameterValue {
  const bare = /[-+A-Za-z0-9_.]+/y;
  bare.lastIndex = reader.at;
  const word = bare.exec(reader.text)?.[0];
  if (word === undefined) throw malformed(reader);
  reader.at = bare.lastIndex;
  if (/^[-+]?\d+$/.test(word)) return BigInt(word.replace('+', ''));
  if (/^null$/i.test(word)) return null;
  if (/^(true|false)$/i.test(word)) return word.toLowerCase() === 'true' ? 1 : 0;
  const value = Number(word);
  if (!Number.isFinite(value)) throw malformed(reader);
  return value;
}

function malformed(reader: Reader): Error {
  return refusal(
    'BAD_ARGUMENTS',
    `a query parameter is not a literal at position ${reader.at}: write arrays as ['a','b'], tuples as (1,'a'), maps as {'a':1}`,
  );
}
