/**
 * Dumps of the flight recorder: on request, while all is well for who wants to see channels and computing of every request
 * (`handOver`), and by itself once the process has crashed. New stacks are handed over before
 * the rows that name them.
 */
import type { Clock, Columns } from '@mapscope/events';
import { contextFinder } from './context.ts';
import { crashNote, type FindConflict } from './crash.ts';
import type { FlightRecorder } from './recorder.ts';
import { type DumpFacts, type DumpNeeds, goroutineRows } from './rows.ts';
import type { FlightAccounting } from './snapshot.ts';
import { changesOf, rowsWithin } from './timeline.ts';

export interface DumpRequest {
  /** the window's length, up to now; what has been overwritten is not in it: see the column complete_from */
  readonly lastMillis: number;
}

export interface GoroutineDump extends Columns<'goroutine_events'> {
  readonly accounting: FlightAccounting;
}

/** Before a crash: some hundred changes of a busy service, enough to see who ran, who waited and for what. */
export const CRASH_WINDOW_MILLIS = 3.2;

export interface DumperNeeds extends Omit<DumpNeeds, 'contextOf'> {
  readonly recorder: FlightRecorder;
  readonly clock: Pick<Clock, 'monotonicNanos'>;
  readonly hasGoidAtBirth: boolean;
  readonly findConflict: FindConflict;
  /** stacks that nobody has handed over yet */
  readonly newStacks: () => readonly Columns[];
  readonly onColumns: (columns: Columns) => void;
}

export interface Dumper {
  readonly dump: (request: DumpRequest) => GoroutineDump;
  /** The same, handed over and counted as rows of the session. Nothing after a crash, which has a dump of its own. */
  readonly handOver: (request: DumpRequest) => void;
  /** Hands over what led to the crash, once; nothing where there was none. */
  readonly dumpCrash: () => void;
  /** The gate opened: what happened before is not in the recorder. */
  readonly opened: () => void;
  /** rows handed over, and entries that were torn while they were read */
  readonly counts: () => { readonly submitted: bigint; readonly lost: bigint };
}

export function createDumper(needs: DumperNeeds): Dumper {
  const { recorder, clock, onColumns } = needs;
  let recordingSince = clock.monotonicNanos();
  let hasToldCrash = false;
  const counts = { submitted: 0n, lost: 0n };
  const tell = ({ accounting, ...columns }: GoroutineDump): void => {
    counts.submitted += BigInt(columns.rows);
    counts.lost += BigInt(accounting.torn);
    if (columns.rows > 0) onColumns(columns);
  };
  const dump = ({ lastMillis }: DumpRequest): GoroutineDump => {
    const crash = recorder.crash();
    const at = crash?.at ?? clock.monotonicNanos();
    const facts = { reason: 'request', at, crashedGoid: crash?.goid ?? 0n, note: '' } as const;
    return take(needs, facts, { lastMillis, recordingSince });
  };
  return {
    dump,
    handOver: (request) => {
      if (recorder.crash() === undefined) tell(dump(request));
    },
    dumpCrash: () => {
      const crash = hasToldCrash ? undefined : recorder.crash();
      if (crash === undefined) return;
      hasToldCrash = true;
      const note = crashNote(crash, needs.findConflict(crash.goid));
      const facts = { reason: crash.reason, at: crash.at, crashedGoid: crash.goid, note };
      tell(take(needs, facts, { lastMillis: CRASH_WINDOW_MILLIS, recordingSince }));
    },
    opened: () => {
      recordingSince = clock.monotonicNanos();
    },
    counts: () => ({ ...counts }),
  };
}

interface Bounds {
  readonly lastMillis: number;
  /** monotonic */
  readonly recordingSince: bigint;
}

function take(needs: DumperNeeds, facts: Omit<DumpFacts, 'completeFrom'>, bounds: Bounds): GoroutineDump {
  const { entries, accounting, completeFrom } = needs.recorder.snapshot();
  const changes = changesOf(entries, needs.hasGoidAtBirth);
  const wanted = facts.at - BigInt(Math.round(bounds.lastMillis * 1e6));
  const since = bounds.recordingSince;
  const rows = rowsWithin(entries, changes, { from: wanted > since ? wanted : since, to: facts.at, since });
  const contextOf = contextFinder(entries, changes, needs.recorder.contextOf);
  const wholeSince = completeFrom > since ? completeFrom : since;
  const whole = { entries, changes, rows };
  const columns = goroutineRows(whole, { ...facts, completeFrom: wholeSince }, { ...needs, contextOf });
  for (const stacks of needs.newStacks()) needs.onColumns(stacks);
  return { ...columns, accounting };
}
