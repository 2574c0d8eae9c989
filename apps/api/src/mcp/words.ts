/** Text of the tools that have no command of the same. Pure. */
import { type Incident, type TimeWindowJson, parseRfc3339 } from '@mapscope/contract';
import { duration } from '../cli/words/numbers.ts';
import { printable } from '../cli/words/table.ts';

export function incidentLines(items: readonly Incident[], publicUrl: string): string {
  if (items.length === 0) return 'no incident in the window';
  return items.map((one) => incidentLine(one, publicUrl)).join('\n');
}

function incidentLine(one: Incident, publicUrl: string): string {
  const { id, service, window, p99BeforeMs, p99DuringMs, sentence, message, ongoing } = one;
  const rise = p99BeforeMs === null ? '' : ` p99 ${duration(p99BeforeMs)} → ${duration(p99DuringMs)}.`;
  const told = sentence ?? message ?? 'no root cause is told yet';
  const when = `${window.from.slice(0, 19)}Z ${ongoing ? 'and goes on' : `to ${window.to.slice(0, 19)}Z`}`;
  // The page takes the very question that the incident's address asks.
  const page = `${publicUrl}/explain/${one.rootCauseUrl.replace(/^[^?]*/, '')}`;
  return printable(`${id} ${service}, ${when}:${rise} ${told}`).concat(` ${page}`);
}

/** At least one second: an empty window divides nothing. */
export function windowSeconds(window: TimeWindowJson | undefined): number {
  const [from, to] = [parseRfc3339(window?.from ?? ''), parseRfc3339(window?.to ?? '')];
  return from === undefined || to === undefined ? 1 : Math.max(1, Number(to - from) / 1e9);
}
