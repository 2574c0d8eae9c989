/** Values that a writer cannot use, made of good ones: each kind of damage in turn. Pure. */
import { decodeBatch, encodeBatch, encodeNativeBlock } from '@mapscope/events';

/** Family of those that are whole batches, so that nobody waits for them. */
export const POISON = 'poison';

type Damage = (value: Uint8Array) => Uint8Array;

const flipped = (value: Uint8Array, at: number): Uint8Array => {
  const copy = Uint8Array.from(value);
  copy[at] = (copy[at] ?? 0) ^ 0x20;
  return copy;
};

/** Whole and with a right checksum, but of another shape: only ClickHouse can tell. */
const strangeColumn: Damage = (value) => {
  const { header } = decodeBatch(value);
  const block = encodeNativeBlock([{ name: 'ts', type: 'String' }], 1, {
    ts: { storage: 'strings', values: ['not a time'] },
  });
  return encodeBatch({ ...header, family: POISON, rows: 1 }, block);
};

const cutBlock: Damage = (value) => {
  const { header, block } = decodeBatch(value);
  return encodeBatch({ ...header, family: POISON }, block.slice(0, block.length >> 1));
};

const DAMAGES: readonly Damage[] = [
  (value) => value.slice(0, value.length >> 1),
  (value) => value.slice(0, 40),
  (value) => flipped(value, value.length - 9),
  (value) => flipped(value, 48),
  strangeColumn,
  () => new TextEncoder().encode('{"not":"a batch"}'),
  cutBlock,
  () => new Uint8Array(),
];

export const poisonOf = (value: Uint8Array, nth: number): Uint8Array =>
  (DAMAGES[nth % DAMAGES.length] ?? ((same) => same))(value);
