/**
 * An attribute's value → text, as the OpenTelemetry collector writes it (pdata/pcommon, Value.AsString): texts as they are,
 * numbers in decimal, bytes as base64, lists and maps as JSON with sorted keys. Go and JavaScript print the same shortest
 * decimal of a double, with the same limits for the exponent (1e21, 1e-7). Pure.
 */
export type AnyValue =
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** decimal digits: 64 bits do not fit a number */
  | { readonly kind: 'int'; readonly digits: string }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bytes'; readonly base64: string }
  | { readonly kind: 'list'; readonly values: readonly AnyValue[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: AnyValue])[] };

export const EMPTY: AnyValue = { kind: 'empty' };

export function attributeText(value: AnyValue): string {
  switch (value.kind) {
    case 'empty':
      return '';
    case 'text':
      return value.text;
    case 'bytes':
      return value.base64;
    case 'double':
      return String(value.value);
    case 'bool':
    case 'int':
    case 'list':
    case 'map':
      break;
  }
  return jsonText(value);
}

function jsonText(value: AnyValue): string {
  switch (value.kind) {
    case 'empty':
      return 'null';
    case 'text':
      return JSON.stringify(value.text);
    case 'bytes':
      return JSON.stringify(value.base64);
    case 'bool':
      return String(value.value);
    case 'int':
      return value.digits;
    case 'double':
      // JSON knows no infinity; as text it is at least not lost.
      return Number.isFinite(value.value) ? String(value.value) : JSON.stringify(String(value.value));
    case 'list':
      return `[${value.values.map(jsonText).join(',')}]`;
    case 'map':
      break;
  }
  const members = sorted(value.entries).map(([key, each]) => `${JSON.stringify(key)}:${jsonText(each)}`);
  return `{${members.join(',')}}`;
}

const sorted = <T>(entries: readonly (readonly [string, T])[]): (readonly [string, T])[] =>
  entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
