/**
 * Dumps of the flight recorder: on request, and by itself once the process has crashed. New stacks are handed over before
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
  /** Hands over what led to the crash, once; nothing where there was none. */
  readonly dumpCrash: () => void;
  /** The gate opened: what happened before is not in the recorder. */
  readonly opened: () => void;
  /** rows handed over after a crash, and entries that were torn while they were read */
  readonly counts: () => { readonly submitted: bigint; readonly lost: bigint };
}

export function createDumper(needs: DumperNeeds): Dumper {
  const { recorder, clock, onColumns } = needs;
  let recordingSince = clock.monotonicNanos();
  let told: GoroutineDump | undefined;
  return {
    dump: ({ lastMillis }) => {
      const crash = recorder.crash();
      const at = crash?.at ?? clock.monotonicNanos();
      const facts = { reason: 'request', at, crashedGoid: crash?.goid ?? 0n, note: '' } as const;
      return take(needs, facts, { lastMillis, recordingSince });
    },
    dumpCrash: () => {
      const crash = told === undefined ? recorder.crash() : undefined;
      if (crash === undefined) return;
      const note = crashNote(crash, needs.findConflict(crash.goid));
      const facts = { reason: crash.reason, at: crash.at, crashedGoid: crash.goid, note };
      told = take(needs, facts, { lastMillis: CRASH_WINDOW_MILLIS, recordingSince });
      const { accounting: _, ...columns } = told;
      onColumns(columns);
    },
    opened: () => {
      recordingSince = clock.monotonicNanos();
    },
    counts: () => ({ submitted: BigInt(told?.rows ?? 0), lost: BigInt(told?.accounting.torn ?? 0) }),
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
  const from = facts.at - BigInt(Math.round(bounds.lastMillis * 1e6));
  const rows = rowsWithin(entries, changes, { from, to: facts.at });
  const contextOf = contextFinder(entries, changes, needs.recorder.contextOf);
  const since = completeFrom > bounds.recordingSince ? completeFrom : bounds.recordingSince;
  const whole = { entries, changes, rows };
  const columns = goroutineRows(whole, { ...facts, completeFrom: since }, { ...needs, contextOf });
  for (const stacks of needs.newStacks()) needs.onColumns(stacks);
  return { ...columns, accounting };
}
