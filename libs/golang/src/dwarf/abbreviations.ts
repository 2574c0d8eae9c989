/**
 * The shapes of entries (DWARF 5, 7.5.3): a list of declarations, closed by a 0, each
 *
 *   │ code uleb │ tag uleb │ children u8 │ (attribute uleb, form uleb [, value sleb if implicit_const]) … │ 0 │ 0 │
 */
import type { ByteView } from '../elf/byte-view.ts';
import { type Cursor, uleb } from './cursor.ts';

export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly (readonly [attribute: number, form: number])[];
}

const IMPLICIT_CONST = 0x21;

export function readAbbreviations(view: ByteView, offset: number): ReadonlyMap<number, Abbreviation> {
  const cursor: Cursor = { view, at: offset };
  const found = new Map<number, Abbreviation>();
  for (let code = uleb(cursor); code !== 0; code = uleb(cursor)) {
    const tag = uleb(cursor);
    const hasChildren = view.u8(cursor.at++) !== 0;
    found.set(code, { tag, hasChildren, attributes: readAttributes(cursor) });
  }
  return found;
}

function readAttributes(cursor: Cursor): Abbreviation['attributes'] {
  const attributes: [number, number][] = [];
  for (;;) {
    const attribute = uleb(cursor);
    const form = uleb(cursor);
    if (form === IMPLICIT_CONST) uleb(cursor);
    if (attribute === 0 && form === 0) return attributes;
    attributes.push([attribute, form]);
  }
}
