import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { JOURNAL_BYTES, type JournalRecord, SLOT_BYTES, decodeJournal, encodeSlot } from './record.ts';
import { plantedRecord } from '../../testing/planted-record.ts';

const slot = (record: JournalRecord, sequence: bigint): Uint8Array => encodeSlot(record, sequence) ?? new Uint8Array();
const OLD = plantedRecord({ readUnixNanos: 1n });
const NEW = plantedRecord({ readUnixNanos: 2n });

/** Written in turn: the odd sequence lies in the second slot. */
function fileOf(first: Uint8Array, second: Uint8Array): Uint8Array {
  const file = new Uint8Array(JOURNAL_BYTES);
  file.set(first);
  file.set(second, SLOT_BYTES);
  return file;
}
const damaged = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);

test('what was written is read, numbers beyond 2^53 and names of any script included', () => {
  const record = plantedRecord({ readUnixNanos: 2n ** 63n, service: 'заказ 注文' });
  expect(decodeJournal(fileOf(new Uint8Array(SLOT_BYTES), slot(record, 1n)))).toEqual(record);
});

test.each([
  ['the later of two whole slots', fileOf(slot(OLD, 4n), slot(NEW, 5n)), NEW],
  ['the later one, lying first', fileOf(slot(NEW, 6n), slot(OLD, 5n)), NEW],
  ['the other one when the checksum of the later is wrong', fileOf(slot(OLD, 4n), damaged(slot(NEW, 5n), 100)), OLD],
  ['the other one when the sequence was changed', fileOf(slot(OLD, 4n), damaged(slot(NEW, 5n), 9)), OLD],
  [
    'the other one when the file ends within the later',
    fileOf(slot(OLD, 4n), slot(NEW, 5n)).subarray(0, SLOT_BYTES + 60),
    OLD,
  ],
  ['the other one when the length points outside', fileOf(slot(OLD, 4n), damaged(slot(NEW, 5n), 19)), OLD],
  ['nothing of an empty file', new Uint8Array(), undefined],
  ['nothing of a file that was only made', new Uint8Array(JOURNAL_BYTES), undefined],
  ['nothing when both are damaged', fileOf(damaged(slot(OLD, 4n), 30), damaged(slot(NEW, 5n), 30)), undefined],
])('a journal gives %s', (_name, file, expected) => {
  expect(decodeJournal(file)).toEqual(expected);
});

test('bytes of any kind give a record that was written, or nothing', () => {
  const whole = fileOf(slot(OLD, 4n), slot(NEW, 5n));
  const property = fc.property(fc.nat(JOURNAL_BYTES - 1), fc.uint8Array({ maxLength: 64 }), (at, noise) => {
    const file = whole.slice();
    file.set(noise.subarray(0, file.length - at), at);
    const read = decodeJournal(file)?.readUnixNanos;
    expect([1n, 2n, undefined]).toContain(read);
  });
  fc.assert(property, { interruptAfterTimeLimit: 1_000 });
});

test('names that fill a slot are refused and not cut', () => {
  expect(encodeSlot(plantedRecord({ service: 'x'.repeat(SLOT_BYTES) }), 1n)).toBeUndefined();
});
