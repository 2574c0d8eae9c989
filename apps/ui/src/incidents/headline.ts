/** One sentence per incident: the API's own, or its numbers where nobody has judged yet. Pure. */
import type { Incident } from '@mapscope/contract';
import { duration } from '../format/duration.ts';
import { splitSentences } from '../format/sentence.ts';

export interface Headline {
  readonly first: string;
  /** who is blamed, or why nobody is */
  readonly second: string;
}

/** The sentence's own beginning carries a time in UTC and counts; a list is read by service and size of the jump. */
export function headlineOf(incident: Incident): Headline {
  const { service, p99BeforeMs, p99DuringMs } = incident;
  const [begin, ...rest] = incident.sentence === null ? [] : splitSentences(incident.sentence);
  const isMeasured = p99BeforeMs !== null && p99DuringMs !== null;
  const first = isMeasured
    ? `p99 of \`${service}\` rose ${duration(p99BeforeMs)} → ${duration(p99DuringMs)}`
    : (begin ?? `p99 of \`${service}\` is far above what it was before`);
  return { first, second: rest.slice(0, 2).join(' ') };
}
