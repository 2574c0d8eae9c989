/** KeyValue and AnyValue of an OTLP JSON body → one attribute. Pure. */
import { type AnyValue, attributeText, EMPTY } from './any-value.ts';
import { doubleOf, integerOf, type JsonObject, listOf, objectAt, objectOf, textOf } from './json-reader.ts';
import { type ItemBudget, malformed, MAX_NESTING } from './limits.ts';
import { type Attributes, emptyAttributes } from './origin.ts';

export function attributesOf(from: JsonObject, at: string, budget: ItemBudget, name = 'attributes'): Attributes {
  const into = emptyAttributes();
  for (const [i, item] of listOf(from, name, at).entries()) {
    budget.spend(1);
    const here = `${at}.${name}[${i}]`;
    const pair = objectAt(item, here);
    into.keys.push(textOf(pair, 'key', here));
    into.values.push(attributeText(anyValue(objectOf(pair, 'value', here), `${here}.value`, 0)));
  }
  return into;
}

/** A log record's body: any value, as text. */
export const anyText = (from: JsonObject, name: string, at: string): string =>
  attributeText(anyValue(objectOf(from, name, at), `${at}.${name}`, 0));

function anyValue(value: JsonObject, at: string, nesting: number): AnyValue {
  if (nesting > MAX_NESTING) throw malformed(`${at} nests deeper than ${MAX_NESTING}: flatten it`);
  const name = Object.keys(READ).find((each) => value[each] !== undefined && value[each] !== null);
  return name === undefined ? EMPTY : (READ[name]?.(value, at, nesting) ?? EMPTY);
}

type Read = (value: JsonObject, at: string, nesting: number) => AnyValue;

const READ: Readonly<Record<string, Read>> = {
  stringValue: (value, at) => ({ kind: 'text', text: textOf(value, 'stringValue', at) }),
  intValue: (value, at) => ({ kind: 'int', digits: String(integerOf(value, 'intValue', at)) }),
  boolValue: (value, at) => {
    if (typeof value['boolValue'] === 'boolean') return { kind: 'bool', value: value['boolValue'] };
    throw malformed(`${at}.boolValue is neither true nor false`);
  },
  doubleValue: (value, at) => ({ kind: 'double', value: doubleOf(value, 'doubleValue', at) }),
  arrayValue: (value, at, nesting) => ({
    kind: 'list',
    values: listOf(objectOf(value, 'arrayValue', at), 'values', `${at}.arrayValue`).map((each, i) => {
      const here = `${at}.arrayValue.values[${i}]`;
      return anyValue(objectAt(each, here), here, nesting + 1);
    }),
  }),
  kvlistValue: (value, at, nesting) => ({
    kind: 'map',
    entries: listOf(objectOf(value, 'kvlistValue', at), 'values', `${at}.kvlistValue`).map((each, i) => {
      const here = `${at}.kvlistValue.values[${i}]`;
      const pair = objectAt(each, here);
      return [
        textOf(pair, 'key', here),
        anyValue(objectOf(pair, 'value', here), `${here}.value`, nesting + 1),
      ] as const;
    }),
  }),
  bytesValue: (value, at) => ({ kind: 'bytes', base64: checkedBase64(textOf(value, 'bytesValue', at), at) }),
};

/** Standard or URL alphabet, as protobuf's JSON mapping allows; stored in the standard one. */
function checkedBase64(text: string, at: string): string {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw malformed(`${at}.bytesValue is not base64`);
  return Buffer.from(text, 'base64').toString('base64');
}
