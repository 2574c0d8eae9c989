/**
 * Numbers and places as people read them.
 */
import type { Estimate } from './answer.ts';
import type { CodeSite } from './evidence.ts';

/** Three digits: 0.042 ms, 61.3 ms, 310 ms, 1.25 s. */
export function milliseconds(nanos: number): string {
  const millis = nanos / 1e6;
  if (Math.abs(millis) >= 1000) return `${digits(millis / 1000)} s`;
  return `${digits(millis)} ms`;
}

const digits = (value: number): string => (value === 0 ? '0' : String(Number(value.toPrecision(3))));

/** 81 %, 0.4 %, 99.8 %: one decimal where the whole number would hide something. */
export function percent(share: number): string {
  const value = share * 100;
  const plain = value === 0 || value === 100 || (value >= 1 && value <= 99) ? Math.round(value) : rounded(value);
  return `${plain} %`;
}

/** Never rounds what is not all to 100 or what is not nothing to 0. */
const rounded = (value: number): number =>
  value > 99 && value < 100 ? Math.min(99.9, Number(value.toFixed(1))) : Math.max(0.1, Number(value.toFixed(1)));

/** 81 % [77, 84] */
export const percentInterval = (estimate: Estimate): string =>
  `${percent(estimate.value)} [${Math.round(estimate.low * 100)}, ${Math.round(estimate.high * 100)}]`;

/** 21 870 */
export const count = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ' ');

export const hundredths = (value: number): string => value.toFixed(2);

/** github.com/shop/order/cache.(*Cache).Get → cache.(*Cache).Get */
export const shortFunction = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** The last two elements: /src/github.com/shop/order/cache.go → order/cache.go */
export const shortFile = (file: string): string => file.split('/').filter(Boolean).slice(-2).join('/');

export const place = (site: CodeSite): string =>
  site.function === '' && site.file === ''
    ? 'code without a readable stack'
    : `\`${shortFunction(site.function) || 'unknown function'}\` (${shortFile(site.file) || 'unknown file'}:${site.line})`;

/** 10:03:20 UTC */
export const clockTime = (unixNanos: bigint): string =>
  `${new Date(Number(unixNanos / 1_000_000n)).toISOString().slice(11, 19)} UTC`;
