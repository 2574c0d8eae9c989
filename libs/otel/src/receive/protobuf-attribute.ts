/**
 * KeyValue and AnyValue of opentelemetry-proto v1 (opentelemetry/proto/common/v1/common.proto) → one attribute.
 * The tables are made once: attributes are most of what a request is made of.
 */
import { type AnyValue, attributeText, EMPTY } from './any-value.ts';
import { type Descriptor, descriptor, type Field, field, type Reader, readInner, WIRE } from './descriptor.ts';
import { type ItemBudget, malformed, MAX_NESTING } from './limits.ts';
import type { Attributes } from './origin.ts';

/** What a value may still cost, carried along because the tables know no request. */
interface Bounds {
  readonly budget: ItemBudget;
  readonly nesting: number;
}

/** AnyValue is a oneof: the value set last counts. */
interface ValueDraft extends Bounds {
  value: AnyValue;
}

interface PairDraft extends ValueDraft {
  key: string;
}

interface ListDraft extends Bounds {
  readonly values: AnyValue[];
}

interface MapDraft extends Bounds {
  readonly entries: (readonly [string, AnyValue])[];
}

function readAttribute(reader: Reader, into: Attributes, budget: ItemBudget): void {
  const { key, value } = readPair(reader, { budget, nesting: 0 });
  into.keys.push(key);
  into.values.push(attributeText(value));
}

/** A log record's body: any value, as text. */
export const readText = (reader: Reader, budget: ItemBudget): string =>
  attributeText(readValue(reader, { budget, nesting: 0 }));

export const attributesField = <T>(of: (into: T) => Attributes, budget: ItemBudget): Field<T> =>
  field.message<T>((reader, into) => readAttribute(reader, of(into), budget));

function readPair(reader: Reader, { budget, nesting }: Bounds): PairDraft {
  budget.spend(1);
  return readInner(reader, PAIR, { key: '', value: EMPTY, budget, nesting });
}

function readValue(reader: Reader, { budget, nesting }: Bounds): AnyValue {
  if (nesting > MAX_NESTING) throw malformed(`an attribute nests deeper than ${MAX_NESTING}: flatten it`);
  return readInner(reader, ANY_VALUE, { value: EMPTY, budget, nesting }).value;
}

/** protobufjs gives the two halves of 64 bits. */
function int64Digits(reader: Reader): string {
  const { low, high } = reader.int64();
  return String((BigInt(high) << 32n) | BigInt(low >>> 0));
}

const deeper = ({ budget, nesting }: Bounds): Bounds => ({ budget, nesting: nesting + 1 });

const PAIR: Descriptor<PairDraft> = descriptor<PairDraft>({
  1: field.text((into, text) => void (into.key = text)),
  2: field.message((reader, into) => void (into.value = readValue(reader, into))),
});

const LIST: Descriptor<ListDraft> = descriptor<ListDraft>({
  1: field.message((reader, into) => {
    into.budget.spend(1);
    into.values.push(readValue(reader, into));
  }),
});

const MAP: Descriptor<MapDraft> = descriptor<MapDraft>({
  1: field.message((reader, into) => {
    const { key, value } = readPair(reader, into);
    into.entries.push([key, value]);
  }),
});

const ANY_VALUE: Descriptor<ValueDraft> = descriptor<ValueDraft>({
  1: field.text((into, text) => void (into.value = { kind: 'text', text })),
  2: { wire: WIRE.varint, read: (reader, into) => void (into.value = { kind: 'bool', value: reader.bool() }) },
  3: {
    wire: WIRE.varint,
    read: (reader, into) => void (into.value = { kind: 'int', digits: int64Digits(reader) }),
  },
  4: { wire: WIRE.fixed64, read: (reader, into) => void (into.value = { kind: 'double', value: reader.double() }) },
  5: field.message((reader, into) => {
    const { values } = readInner(reader, LIST, { values: [], ...deeper(into) });
    into.value = { kind: 'list', values };
  }),
  6: field.message((reader, into) => {
    const { entries } = readInner(reader, MAP, { entries: [], ...deeper(into) });
    into.value = { kind: 'map', entries };
  }),
  7: {
    wire: WIRE.bytes,
    read: (reader, into) =>
      void (into.value = { kind: 'bytes', base64: Buffer.from(reader.bytes()).toString('base64') }),
  },
});
