/**
 * The same for texts: of thousands of rows' bytes, each distinct text is decoded once. A text is what the first `length`
 * bytes of its place say; what lies behind them is anything.
 *
 *    bytes   G E T ? ? ? ? ?  G E T ? …      lengths  3 3      →   values ["GET"]   places 0 0
 */
import { textAt } from './column-data.ts';
import { OWN_MEMORY } from './column-memory.ts';
import { placeTexts } from './place-texts.ts';
import { spreadOf } from './spread.ts';
import type { Spread } from './spread.ts';

export interface SeenText {
  readonly text: string;
  /** longer than the bytes that were read */
  readonly cut: boolean;
}

/** @param width bytes of a row's place, a multiple of 4 */
export function spreadTexts(
  bytes: Uint8Array,
  width: number,
  lengths: Uint8Array,
  memory = OWN_MEMORY,
): Spread<SeenText> {
  const { firsts, places } = placeTexts(bytes, width, lengths, memory);
  const values = firsts.map((row) => {
    const length = lengths[row] ?? 0;
    return { text: textAt(bytes, row, width, length), cut: length > width };
  });
  return spreadOf(values, places, memory);
}
