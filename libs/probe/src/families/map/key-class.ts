/** What may be told of a map's key: its kind, and of a string how long it is; never the key. Pure and bounded. */
import type { MapType } from '@mapscope/golang';

/** length_class() of map.bpf.c; 0: the function that was called does not tell */
const LENGTHS = ['', ' of 0 bytes', ' of 1–8 bytes', ' of 9–32 bytes', ' of 33–128 bytes', ' of more than 128 bytes'];
/** KEY_… of bpf/records.h, for a type that was made at run time and is not in the file */
const BY_FUNCTION = ['', '4 bytes', '8 bytes', 'pointer', 'string'];
/** Of a struct without a name the type's is all its fields. Generic code knows shapes of types: go.shape.int is an int. */
const LONGEST_TYPE = 200;
/** Go 1.18 and 1.19 number them: go.shape.int_0 */
const NUMBERED_SHAPE = /go\.shape\.([^\s\],]+?)_\d+/g;

export function keyClass(type: MapType | undefined, keyFunction: number, lengthClass: number): string {
  const kind = type?.keyKind ?? BY_FUNCTION[keyFunction] ?? '';
  switch (kind) {
    case 'string':
      return `string${LENGTHS[lengthClass] ?? ''}`;
    case 'struct':
    case 'array':
      return `${kind} of ${type?.keySizeBytes ?? 0} bytes`;
    case 'ptr':
    case 'unsafe.Pointer':
      return 'pointer';
    default:
      return kind;
  }
}

export function mapTypeName(type: MapType | undefined): string {
  const name = (type?.name ?? '').replaceAll(NUMBERED_SHAPE, '$1').replaceAll('go.shape.', '');
  return name.length > LONGEST_TYPE ? `${name.slice(0, LONGEST_TYPE - 1)}…` : name;
}
