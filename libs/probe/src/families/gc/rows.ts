/** Raw events of the collector → the columns of table gc_events (without the proof columns). Pure. */
import { GC_EVENT_KINDS } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import { u8 } from '../../rows/column-data.ts';
import type { ColumnMemory } from '../../rows/column-memory.ts';
import { beginning, goroutineOf, traced } from '../../rows/common-columns.ts';
import { numbers, words } from '../../rows/narrow.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { spreadBy } from '../../rows/spread-ids.ts';
import { spreadText } from '../../rows/spread.ts';
import type { RawBatch } from '../layouts.ts';

/** runtime/proc.go, stwReasonStrings, Go 1.21 … 1.27; the source says that numbers are added and never reused. */
const STOP_REASONS = [
  'unknown',
  'GC mark termination',
  'GC sweep termination',
  'write heap dump',
  'goroutine profile',
  'goroutine profile cleanup',
  'all goroutines stack trace',
  'read mem stats',
  'AllThreadsSyscall',
  'GOMAXPROCS',
  'start trace',
  'stop trace',
];

export function gcRows(batch: RawBatch<'gc_events'>, context: RowContext): Columns<'gc_events'> {
  const { rows, columns: raw } = batch;
  const { memory } = context;
  const reasons = spreadBy(stopReasons(raw, memory), reasonText, memory);
  return {
    kind: 'gc_events',
    rows,
    columns: {
      ...beginning(raw.ts, context),
      kind: u8(raw.event),
      reason: spreadText(reasons, (text) => text),
      duration_ns: numbers(raw.duration_ns, memory),
      cycle: words(raw.cycle, memory),
      ...traced(raw),
      ...goroutineOf(raw.goid, context),
    },
  };
}

/** Only stops have one: of all else it is −1. */
function stopReasons({ event, reason }: RawBatch<'gc_events'>['columns'], memory: ColumnMemory): Int32Array {
  const { buffer, byteOffset } = memory.u32(event.length);
  const reasons = new Int32Array(buffer, byteOffset, event.length);
  for (let row = 0; row < event.length; row++) {
    reasons[row] = event[row] === GC_EVENT_KINDS.stop_the_world ? (reason[row] ?? 0) : -1;
  }
  return reasons;
}

const reasonText = (reason: number): string => (reason < 0 ? '' : (STOP_REASONS[reason] ?? 'unknown'));
