/**
 * Records of one kind → a place for each of their fields, as WebAssembly that is written from the layout: for each field
 * one load and one store, whose offsets are constants. Only the row's place is a variable, once for each width.
 *
 *    record   │ head │ ts │ wait_ns │ sema │ trace_id │ …
 *                      │       │       │        │
 *    tile     ts: ● ● ●  wait_ns: ● ● ●  …   trace_id: ●● ●● ●●      field at  start + width × row
 */
import type { Code, WasmFunction } from '@mapscope/events';
import {
  add,
  constant,
  copyBytes,
  doWhile,
  get,
  isBelow,
  isEqual,
  LOAD,
  mul,
  select,
  set,
  shiftLeft,
  step,
  STORE,
  when,
} from '../wasm/code.ts';
import type { FieldLayout } from './record-layout.ts';
import type { FieldPlace, SlabLayout } from './slab.ts';

const ELEMENT_WIDTHS = [1, 2, 4, 8, 16] as const;
type ElementWidth = (typeof ELEMENT_WIDTHS)[number];

type OnlyWhere = NonNullable<FieldLayout['onlyWhere']>;

/** Parameters: a list of addresses of records, its end, the first of their rows; then locals. */
const [LIST, LIST_END, ROW] = [0, 1, 2];
const RECORD = 3;
const ROW_TIMES: Readonly<Record<ElementWidth, number>> = { 1: ROW, 2: 4, 4: 5, 8: 6, 16: 7 };
const [FROM, TO, TEXT_END] = [8, 9, 10];

/**
 * (list, listEnd, row): list is not empty.
 * @param used a byte for each field: set where a field that most records lack was filled
 */
export function copyFunction(name: string, { places }: SlabLayout, used: number): WasmFunction {
  const widths = ELEMENT_WIDTHS.filter((width) => width > 1);
  const begin = widths.flatMap((width) => set(ROW_TIMES[width], shiftLeft(get(ROW), Math.log2(width))));
  const next = ELEMENT_WIDTHS.flatMap((width) => step(ROW_TIMES[width], width));
  const record = [
    ...set(RECORD, LOAD[4](get(LIST))),
    ...places.flatMap((place, index) => copyField(place, used + index)),
  ];
  const body = [...begin, ...doWhile([...record, ...next, ...step(LIST, 4)], isBelow(get(LIST), get(LIST_END)))];
  return { name, parameters: 3, locals: Array.from({ length: 8 }, () => 'i32' as const), body };
}

function copyField(place: FieldPlace, used: number): Code {
  const { field, width, start } = place;
  if (field.onlyWhere !== undefined) return copyWhere(place, field.onlyWhere, used);
  if (isElement(width)) return STORE[width](get(ROW_TIMES[width]), LOAD[width](get(RECORD), field.offset), start);
  return copyText(place, field.textLength, used);
}

/** Written only where a record has it; then `used` says so. */
export const isOftenLacking = ({ field, width }: FieldPlace): boolean =>
  field.onlyWhere !== undefined || !isElement(width);

const isElement = (width: number): width is ElementWidth => ELEMENT_WIDTHS.some((each) => each === width);

const setFlag = (at: number): Code => STORE[1](constant(0), constant(1), at);

/** A few records fill it; the others' places hold anything. */
function copyWhere({ field, width, start }: FieldPlace, { offset, is }: OnlyWhere, used: number): Code {
  const to = add(mul(get(ROW), constant(width)), constant(start));
  const copy = copyBytes(to, add(get(RECORD), constant(field.offset)), width);
  return when(isEqual(LOAD[1](get(RECORD), offset), constant(is)), [...copy, ...setFlag(used)]);
}

/** 16 bytes at a time as far as the text reaches, or its place: what lies behind it in the tile is anything. */
function copyText({ field, width, start }: FieldPlace, lengthAt = 0, used = 0): Code {
  const length = LOAD[1](get(RECORD), lengthAt);
  const steps = [...STORE[16](get(TO), LOAD[16](get(FROM), field.offset), start), ...step(FROM, 16), ...step(TO, 16)];
  const isLeft = isBelow(get(FROM), get(TEXT_END));
  return [
    ...set(FROM, get(RECORD)),
    ...set(TO, mul(get(ROW), constant(width))),
    ...set(TEXT_END, add(get(RECORD), smaller(length, width))),
    ...when(isLeft, [...doWhile(steps, isLeft), ...setFlag(used)]),
  ];
}

const smaller = (length: Code, width: number): Code =>
  select(isBelow(length, constant(width)), length, constant(width));
