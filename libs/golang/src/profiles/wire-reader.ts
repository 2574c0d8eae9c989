/**
 * Reads protobuf's wire format (protobuf.dev/programming-guides/encoding) as far as profiles need it: fields in the
 * order they come, unknown ones skipped by who asks. Pure; every read is within the bytes or throws RangeError.
 *
 *     message = ( tag value )*      tag = varint (field << 3 | type)
 *     type 0: varint   1: 8 bytes   2: varint length, bytes   5: 4 bytes
 */
export type WireField =
  | { readonly type: 'varint'; readonly field: number; readonly value: bigint }
  | { readonly type: 'bytes'; readonly field: number; readonly value: Uint8Array }
  | { readonly type: 'fixed'; readonly field: number };

interface Position {
  at: number;
}

export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  const position = { at: 0 };
  while (position.at < bytes.length) {
    const tag = Number(readVarint(bytes, position));
    const field = Math.floor(tag / 8);
    if (field === 0) throw new RangeError('a field has the number 0');
    yield readField(bytes, position, { field, type: tag % 8 });
  }
}

function readField(bytes: Uint8Array, position: Position, tag: { field: number; type: number }): WireField {
  const { field, type } = tag;
  switch (type) {
    case 0:
      return { type: 'varint', field, value: readVarint(bytes, position) };
    case 2:
      return { type: 'bytes', field, value: skip(bytes, position, Number(readVarint(bytes, position))) };
    case 1:
    case 5:
      skip(bytes, position, type === 1 ? 8 : 4);
      return { type: 'fixed', field };
    default:
      throw new RangeError(`a field has the type ${type}`);
  }
}

function skip(bytes: Uint8Array, position: Position, size: number): Uint8Array {
  const end = position.at + size;
  if (end > bytes.length) throw new RangeError('a field ends behind the end');
  const part = bytes.subarray(position.at, end);
  position.at = end;
  return part;
}

/** int64 and uint64 alike: at most ten groups of seven bits. */
function readVarint(bytes: Uint8Array, position: Position): bigint {
  let value = 0n;
  for (let group = 0n; group < 10n; group++) {
    const byte = bytes[position.at++];
    if (byte === undefined) throw new RangeError('a number ends behind the end');
    value |= BigInt(byte & 0x7f) << (7n * group);
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new RangeError('a number has more than ten bytes');
}

/** A repeated number comes packed or one by one. */
export function numbers(field: WireField): readonly bigint[] {
  if (field.type === 'varint') return [field.value];
  if (field.type === 'fixed') return [];
  const values: bigint[] = [];
  const position = { at: 0 };
  while (position.at < field.value.length) values.push(readVarint(field.value, position));
  return values;
}
