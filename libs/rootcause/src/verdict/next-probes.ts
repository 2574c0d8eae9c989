/**
 * Which probes would tell more: named where nobody is blamed, or where a blame lacks its line. Families are told by the tables
 * that agents of the service report on; where no agent said anything, nothing is known of what was on.
 */
import type { Verdict } from '../answer.ts';
import type { Findings } from '../evidence.ts';

export interface Missing {
  readonly verdict: Verdict;
  readonly findings: Findings;
  /** enough slow requests lie in dumps of the flight recorder */
  readonly hasRecorded: boolean;
  /** the cause is known and where it is in the code is not */
  readonly lacksLine: boolean;
  /** waits are told by request */
  readonly areBound: boolean;
}

const WHAT: Readonly<Record<string, string>> = {
  lock_waits: 'lock: who waited for which lock, and who held it',
  client_requests: 'client: how long calls to other services took',
  gc_events: 'gc: how long requests helped the collector, and stops of the world',
};

export function nextProbes({ verdict, findings, hasRecorded, lacksLine, areBound }: Missing): readonly string[] {
  const watches = (table: string): boolean => findings.watched.includes(table);
  const isOpen = verdict === 'unexplained';
  const isKnown = findings.watched.length > 0;
  const off = Object.keys(WHAT).filter((table) => isOpen && isKnown && !watches(table));
  const wantsStates = (isOpen && !hasRecorded) || verdict === 'cpu';
  return [
    ...(isOpen && !areBound
      ? ['http: which request a wait belongs to, by its trace id or one that is made for it']
      : []),
    ...off.map((table) => WHAT[table] ?? table),
    ...(wantsStates
      ? [
          watches('goroutine_events')
            ? 'goroutine is on: take a dump of its flight recorder while requests are slow; it shows waits on channels and sockets, and time on CPU'
            : 'goroutine: waits on channels and sockets, and time on CPU; then take a dump of its flight recorder while requests are slow',
        ]
      : []),
    ...(verdict === 'map-conflict' && lacksLine && !watches('map_events')
      ? ['map: both lines of a map that two goroutines use at a time']
      : []),
  ];
}
