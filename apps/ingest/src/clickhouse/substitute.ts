/**
 * Values of `{name:Type}` put into the text, as the engine itself does it after parsing: `_CAST('text', 'Type')`.
 * chDB keeps the state of bound parameters per process and runs such queries one after another; text has no state.
 * The value is one string literal whatever it holds, and the engine's own parser of the type reads it; parameters.ts
 * proves both before the statement runs. Names (`Identifier`) are no values and stay placeholders.
 *
 *   sent:   it\'s, [1,2]  (a plain value in TabSeparated escaping, or an array, tuple or map as a literal)
 *   text:   _CAST('it\'s', 'String'), _CAST('[1,2]', 'Array(UInt8)')
 *
 * Pure.
 */
import { blankQuoted } from './quoted.ts';
import { stringLiteral } from './settings.ts';

export interface Cast {
  readonly name: string;
  readonly type: string;
  readonly sql: string;
  /** fails when the text is not one value of the type */
  readonly proof: string;
}

export interface Substituted {
  readonly text: string;
  readonly casts: readonly Cast[];
  /** values of those that stay placeholders */
  readonly names: Readonly<Record<string, string>>;
}

export function substitute(canonical: string, sent: ReadonlyMap<string, string>): Substituted {
  const casts: Cast[] = [];
  const names: Record<string, string> = {};
  const pieces: string[] = [];
  let from = 0;
  for (const found of blankQuoted(canonical).matchAll(/\{(\w+):([^{}]+)\}/g)) {
    const [whole, name = ''] = found;
    const value = sent.get(name);
    if (value === undefined) continue;
    // The type may have quotes of its own: DateTime64(9, 'UTC').
    const type = canonical.slice(found.index + name.length + 2, found.index + whole.length - 1);
    if (type === 'Identifier') {
      names[name] = unescapeText(value);
      continue;
    }
    const cast = { name, type, ...castOf(value, type) };
    casts.push(cast);
    pieces.push(canonical.slice(from, found.index), cast.sql);
    from = found.index + whole.length;
  }
  return { text: pieces.join('') + canonical.slice(from), casts, names };
}

/** Their text escapes its own strings, and has no escaping of TabSeparated around it. */
const COMPOSITE = /^(Array|Tuple|Map|Nested)\(|^(Point|Ring|LineString|MultiLineString|Polygon|MultiPolygon)$/;

function castOf(value: string, type: string): Pick<Cast, 'sql' | 'proof'> {
  if (!type.startsWith('Map(')) {
    const sql = `_CAST(${valueLiteral(value, type)}, ${stringLiteral(type)})`;
    return { sql, proof: sql };
  }
  // The engine reads a map from text only inside something else (26.7: "Unsupported types to CAST AS Map").
  const list = `_CAST(${stringLiteral(`[${value}]`)}, ${stringLiteral(`Array(${type})`)})`;
  return { sql: `${list}[1]`, proof: `throwIf(length(${list}) != 1, 'not one map')` };
}

function valueLiteral(value: string, type: string): string {
  if (COMPOSITE.test(type)) return stringLiteral(value);
  return value === '\\N' ? 'NULL' : stringLiteral(unescapeText(value));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' };

function unescapeText(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => ESCAPES[character] ?? character);
}
