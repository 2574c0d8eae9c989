/** Wide fields of which most is often empty. */
import type { Run } from './run.ts';
import type { FieldPlace, Slab } from './slab.ts';

/** Only as many words as the text has: what lies behind it in the slab is anything. */
export function copyTexts({ field, width, start }: FieldPlace, { words: slab }: Slab, rows: number, run: Run): void {
  const { bytes, words, offsets, count } = run;
  const { offset, textLength = 0 } = field;
  let to = (start + width * rows) >>> 2;
  for (let row = 0; row < count; row++) {
    const record = offsets[row] ?? 0;
    const length = bytes[record + textLength] ?? 0;
    const end = to + (((length < width ? length : width) + 3) >>> 2);
    let from = (record + offset) >>> 2;
    for (let at = to; at < end; at++) slab[at] = words[from++] ?? 0;
    to += width >>> 2;
  }
}

/** For fields that few records fill; the others' places in the slab hold anything. */
export function copyWhere({ field, width, start }: FieldPlace, { bytes: slab }: Slab, rows: number, run: Run): void {
  const { bytes, offsets, count } = run;
  const { offset, onlyWhere = { offset: 0, is: 0 } } = field;
  for (let row = 0; row < count; row++) {
    const record = offsets[row] ?? 0;
    if (bytes[record + onlyWhere.offset] !== onlyWhere.is) continue;
    const from = record + offset;
    slab.set(bytes.subarray(from, from + width), start + width * (rows + row));
  }
}
