/**
 * Reads a protobuf message by a table of its fields, over protobufjs' Reader, into an object of ours. What a generated decoder
 * would do, without the tree it would build: a field may hand its message on instead of keeping it. Unknown fields, and known
 * ones in another wire type, are skipped, as protobuf asks. Every problem is thrown; decode-request.ts gives it its name.
 */
import protobuf from 'protobufjs/minimal.js';
import { type ItemBudget, malformed } from './limits.ts';

export type Reader = protobuf.Reader;

/** https://protobuf.dev/programming-guides/encoding/#structure */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
type Wire = (typeof WIRE)[keyof typeof WIRE];

export interface Field<T> {
  readonly wire: Wire;
  /** reads exactly the field's value */
  readonly read: (reader: Reader, into: T) => void;
  /** of a repeated number: reads all values that lie in one field of `WIRE.bytes`, up to `end` */
  readonly readPacked?: (reader: Reader, into: T, end: number) => void;
}

/** Field number → field. */
export type Descriptor<T> = ReadonlyMap<number, Field<T>>;

export const descriptor = <T>(fields: Readonly<Record<number, Field<T>>>): Descriptor<T> =>
  new Map(Object.entries(fields).map(([number, field]) => [Number(number), field]));

export const openReader = (body: Uint8Array): Reader =>
  protobuf.Reader.create(Buffer.from(body.buffer, body.byteOffset, body.byteLength));

/** Reads fields until `end`, an offset in the reader's buffer. */
export function readMessage<T>(reader: Reader, end: number, fields: Descriptor<T>, into: T): T {
  while (reader.pos < end) {
    const tag = reader.tag();
    const number = tag >>> 3;
    const wire = tag & 7;
    if (number === 0) throw malformed(`field number 0 at byte ${reader.pos}`);
    const field = fields.get(number);
    if (field?.wire === wire) field.read(reader, into);
    else if (wire === WIRE.bytes && field?.readPacked !== undefined) field.readPacked(reader, into, endOfNext(reader));
    else reader.skipType(wire, 0, number);
  }
  if (reader.pos !== end) throw malformed(`a field reaches past its message, which ends at byte ${end}`);
  return into;
}

/** The end of the message or text whose length comes next. */
export function endOfNext(reader: Reader): number {
  const sizeBytes = reader.size();
  const end = reader.pos + sizeBytes;
  if (end > reader.len)
    throw malformed(`${sizeBytes} bytes are stated at byte ${reader.pos}, ${reader.len - reader.pos} are left`);
  return end;
}

/** A message inside a message. */
export const readInner = <T>(reader: Reader, fields: Descriptor<T>, into: T): T =>
  readMessage(reader, endOfNext(reader), fields, into);

const bytesField = <T>(read: (reader: Reader, into: T) => void): Field<T> => ({ wire: WIRE.bytes, read });

/** 64 bits; protobufjs gives the two halves. */
const fixed64 = (reader: Reader): bigint => {
  const low = reader.fixed32();
  return (BigInt(reader.fixed32()) << 32n) | BigInt(low);
};

function varint64(reader: Reader): bigint {
  const { low, high } = reader.uint64();
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

const number = <T, V>(wire: Wire, value: (reader: Reader) => V) => {
  return (set: (into: T, value: V) => void): Field<T> => ({ wire, read: (reader, into) => set(into, value(reader)) });
};

/** Packed or one by one: senders may do either (https://protobuf.dev/programming-guides/encoding/#packed). */
function repeated<T, V>(wire: Wire, value: (reader: Reader) => V, push: (into: T, value: V) => void): Field<T> {
  return {
    wire,
    read: (reader, into) => push(into, value(reader)),
    readPacked: (reader, into, end) => {
      while (reader.pos < end) push(into, value(reader));
      if (reader.pos !== end) throw malformed(`a number reaches past its list, which ends at byte ${end}`);
    },
  };
}

export const field = {
  text: <T>(set: (into: T, text: string) => void): Field<T> => bytesField((reader, into) => set(into, reader.string())),
  hex: <T>(set: (into: T, hex: string) => void): Field<T> =>
    bytesField((reader, into) => set(into, Buffer.from(reader.bytes()).toString('hex'))),
  /** a message: `read` gets the reader at its length */
  message: <T>(read: (reader: Reader, into: T) => void): Field<T> => bytesField(read),
  enumeration: <T>(set: (into: T, value: number) => void): Field<T> =>
    number<T, number>(WIRE.varint, (reader) => reader.int32())(set),
  bool: <T>(set: (into: T, value: boolean) => void): Field<T> =>
    number<T, boolean>(WIRE.varint, (reader) => reader.bool())(set),
  u32: <T>(set: (into: T, value: number) => void): Field<T> =>
    number<T, number>(WIRE.varint, (reader) => reader.uint32())(set),
  s32: <T>(set: (into: T, value: number) => void): Field<T> =>
    number<T, number>(WIRE.varint, (reader) => reader.sint32())(set),
  fixed32: <T>(set: (into: T, value: number) => void): Field<T> =>
    number<T, number>(WIRE.fixed32, (reader) => reader.fixed32())(set),
  double: <T>(set: (into: T, value: number) => void): Field<T> =>
    number<T, number>(WIRE.fixed64, (reader) => reader.double())(set),
  fixed64: <T>(set: (into: T, value: bigint) => void): Field<T> => number<T, bigint>(WIRE.fixed64, fixed64)(set),
  sfixed64: <T>(set: (into: T, value: bigint) => void): Field<T> =>
    number<T, bigint>(WIRE.fixed64, (reader) => BigInt.asIntN(64, fixed64(reader)))(set),
  doubles: <T>(push: (into: T, value: number) => void): Field<T> =>
    repeated(WIRE.fixed64, (reader) => reader.double(), push),
  fixed64s: <T>(push: (into: T, value: bigint) => void): Field<T> => repeated(WIRE.fixed64, fixed64, push),
  u64s: <T>(push: (into: T, value: bigint) => void): Field<T> => repeated(WIRE.varint, varint64, push),
};

/** Where a message lies in the reader's buffer, to be read later. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export function notePlace(reader: Reader, places: Place[], budget: ItemBudget): void {
  budget.spend(1);
  const end = endOfNext(reader);
  places.push({ start: reader.pos, end });
  reader.pos = end;
}
