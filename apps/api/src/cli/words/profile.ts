/** The lines of a contention profile as a terminal shows them. Pure. */
import type { ContentionSites } from '@mapscope/golang';
import { count, duration, percent } from './numbers.ts';
import { type Column, table } from './table.ts';

export interface ProfileAnswer extends ContentionSites {
  /** weaker than what is measured: sums since the program began or the span it was taken for, sampled, no requests */
  readonly evidence: 'contention profile';
  /** 0: since the program began */
  readonly durationMs: number;
  readonly otherSites: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'DELAY', right: true },
  { title: 'SHARE', right: true },
  { title: 'CONTENTIONS', right: true },
  { title: 'IN' },
  { title: 'AT' },
];

export function profileText(answer: ProfileAnswer): string {
  const span = answer.durationMs === 0 ? 'since the program began' : `in ${duration(answer.durationMs)}`;
  const total = `${duration(answer.delayNanos / 1e6)} lost in ${count(answer.contentions)} contentions ${span}`;
  if (answer.sites.length === 0)
    return `${total}: nothing contended, or the program never called runtime.SetMutexProfileFraction or SetBlockProfileRate`;
  const rows = answer.sites.map((site) => [
    duration(site.delayNanos / 1e6),
    percent(answer.delayNanos === 0 ? null : site.delayNanos / answer.delayNanos),
    count(site.contentions),
    site.operations.join(', '),
    `${site.function} ${site.file.replace(/^.*[/\\]/, '')}:${site.line}`,
  ]);
  const more = answer.otherSites === 0 ? [] : [`and ${count(answer.otherSites)} more lines: give --limit`];
  const note =
    '(evidence: a profile, weaker than what is measured; Unlock: the line that let go, Lock: the line that waited)';
  return [`${total} ${note}`, '', table(COLUMNS, rows), ...more].join('\n');
}
