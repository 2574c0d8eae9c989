/** One probe event as a line. Pure. */
import type { TailEventJson, TailSkippedJson } from '@mapscope/contract';
import { count, duration } from './numbers.ts';
import { place } from './places.ts';
import { printable } from './table.ts';

export function tailLine(event: TailEventJson): string {
  const trace = event.traceId === null ? '' : `  trace ${event.traceId}`;
  return printable(`${event.ts.slice(0, 23)}Z  ${event.service}  ${what(event)}${trace}`);
}

function what(event: TailEventJson): string {
  switch (event.kind) {
    case 'lock_wait': {
      const holder = event.holder === undefined ? 'nobody seen' : place(event.holder);
      return `waited ${duration(event.waitMs)} for ${event.lockKind ?? 'a lock'} in ${place(event.waiter)}, held by ${holder}`;
    }
    case 'http_request':
      return `${event.method ?? ''} ${event.route ?? ''} took ${duration(event.durationMs)}`.trim();
    case 'probe_event':
      return event.message ?? 'event of a probe';
  }
}

export const skippedLine = ({ count: skipped, reason }: TailSkippedJson): string =>
  reason === 'rate'
    ? `… ${count(skipped)} events passed over: more came than a tail shows; narrow it with a service or --kind`
    : `… ${count(skipped)} events are not kept any more`;
