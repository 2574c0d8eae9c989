/** What wrk prints of one run (wrk.c and units.c of wrk 4.1): requests a second and the 99th percentile. Pure. */
import { MapscopeError } from '@mapscope/events';

export interface WrkFigures {
  readonly requestsPerSecond: number;
  readonly p99Millis: number;
  /** answers that were none, and broken connections */
  readonly failures: number;
}

const MILLIS: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1e3, m: 60e3 };

export function readWrk(output: string): WrkFigures {
  const rate = Number(/Requests\/sec:\s*([\d.]+)/.exec(output)?.[1]);
  const [, number, unit] = /\s99%\s+([\d.]+)(us|ms|s|m)/.exec(output) ?? [];
  const p99Millis = Number(number) * (MILLIS[unit ?? ''] ?? Number.NaN);
  if (!(rate > 0) || !(p99Millis > 0)) {
    throw new MapscopeError('INTERNAL', `wrk told no rate or no 99th percentile:\n${output}`);
  }
  return { requestsPerSecond: rate, p99Millis, failures: failuresOf(output) };
}

function failuresOf(output: string): number {
  const numbers = [
    ...(/Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output)?.slice(1) ?? []),
    /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? '0',
  ];
  return numbers.reduce((sum, text) => sum + Number(text), 0);
}
