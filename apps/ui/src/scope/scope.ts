/** Which service and time a page is about, from its address. Pure. */
import type { QueryValues } from '../router/query.ts';

export const SINCE = [
  { from: 'now-15m', text: 'last 15 minutes' },
  { from: 'now-1h', text: 'last hour' },
  { from: 'now-6h', text: 'last 6 hours' },
  { from: 'now-24h', text: 'last day' },
] as const;

export const DEFAULT_FROM = 'now-1h';

export interface Scope {
  readonly service: string | undefined;
  readonly from: string;
  readonly to: string | undefined;
}

export const scopeOf = ({ service, from, to }: QueryValues): Scope => ({ service, from: from ?? DEFAULT_FROM, to });

/** A window of its own, as a link from an incident has: not one of the choices. */
export const isFixed = ({ from, to }: Scope): boolean =>
  to !== undefined || !SINCE.some((since) => since.from === from);

/** The time before a window that is as long as it, to compare with. */
export function timeBefore(window: { readonly from: string; readonly to: string }): {
  readonly from: string;
  readonly to: string;
} {
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  return { from: new Date(from - (to - from)).toISOString(), to: new Date(from).toISOString() };
}
