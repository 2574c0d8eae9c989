import type { EstimateJson } from '@mapscope/contract';

/** 21 870, with a narrow space that does not break. */
export const count = (n: number): string =>
  Math.round(n)
    .toString()
    .replaceAll(/\B(?=(?:\d{3})+$)/g, '\u202F');

const isNumber = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);
const withMinus = (text: string): string => text.replace('-', '−');

/** 81 %, 0.4 %, 99.9 %: never rounds what is not all to 100, nor what is not nothing to 0. */
export function percent(share: number | null | undefined): string {
  if (!isNumber(share)) return '–';
  if (share < 0) return `−${percent(-share)}`;
  const value = share * 100;
  const tenth = Number(value.toFixed(1));
  if (value > 0 && value < 1) return `${Math.max(0.1, tenth)} %`;
  return `${value > 99 && value < 100 ? Math.min(99.9, tenth) : Math.round(value)} %`;
}

/** 77–84 % */
export const percentRange = ({ low, high }: EstimateJson): string =>
  `${Math.round(low * 100)}–${Math.round(high * 100)} %`;

/** 0.31; smaller than a hundredth but not nothing: 0.003 */
export function ratio(value: number | null | undefined): string {
  if (!isNumber(value)) return '–';
  return withMinus(value !== 0 && Math.abs(value) < 0.01 ? String(Number(value.toPrecision(1))) : value.toFixed(2));
}

/** p values below 0.001 are as good as none; the exact power tells nobody anything. */
export const pValue = (p: number): string => (p < 0.001 ? '< 0.001' : `= ${ratio(p)}`);

/** 1 request, 2 requests */
export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

/** A difference of shares in points of a hundred, with its sign: +92, −0.4 */
export function points(share: number): string {
  const value = share * 100;
  const digits = Math.abs(value) < 1 ? value.toFixed(1) : value.toFixed(0);
  return Number(digits) > 0 ? `+${digits}` : withMinus(String(Number(digits)));
}

/** +90 to +94: a dash between signs would be read as one of them. */
export const pointsRange = ({ low, high }: EstimateJson): string => `${points(low)} to ${points(high)}`;
