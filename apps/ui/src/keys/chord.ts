/** `g` and then a letter, soon after. Pure. */
import type { Page } from '../router/pages.ts';
import { GO } from './key-table.ts';

const SOON_MS = 1200;

export interface Chord {
  /** when `g` was pressed; undefined: it was not */
  readonly beganMs: number | undefined;
}

export const NO_CHORD: Chord = { beganMs: undefined };

export function press(chord: Chord, key: string, nowMs: number): { readonly chord: Chord; readonly page?: Page } {
  const isSoon = chord.beganMs !== undefined && nowMs - chord.beganMs <= SOON_MS;
  const page = isSoon && Object.hasOwn(GO, key) ? GO[key] : undefined;
  if (page !== undefined) return { chord: NO_CHORD, page };
  return { chord: key === 'g' ? { beganMs: nowMs } : NO_CHORD };
}
