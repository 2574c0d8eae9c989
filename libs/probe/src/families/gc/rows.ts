/** Raw events of the collector → the columns of table gc_events (without the proof columns). Pure. */
import { GC_EVENT_KINDS } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import { bytes16, bytes8, constantText, constantU32, i64, u32, u64, u8 } from '../../rows/column-data.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { spreadBy, spreadText } from '../../rows/spread.ts';
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

export function gcRows(batch: RawBatch<'gc_events'>, { origin, toUnix }: RowContext): Columns<'gc_events'> {
  const { rows, columns: raw } = batch;
  return {
    kind: 'gc_events',
    rows,
    columns: {
      ts: i64(toUnix(raw.ts)),
      service: constantText(origin.service, rows),
      platform: constantText(origin.platform, rows),
      kind: u8(raw.event),
      reason: spreadText(spreadBy(stopReasons(raw), reasonText), (text) => text),
      duration_ns: u64(raw.duration_ns),
      cycle: u32(raw.cycle),
      trace_id: bytes16(raw.trace_id),
      span_id: bytes8(raw.span_id),
      binding: u8(raw.binding),
      pid: constantU32(origin.pid, rows),
      goid: u64(raw.goid),
    },
  };
}

/** Only stops have one: of all else it is −1. */
function stopReasons({ event, reason }: RawBatch<'gc_events'>['columns']): Int32Array {
  const reasons = new Int32Array(event.length);
  for (let row = 0; row < event.length; row++) {
    reasons[row] = event[row] === GC_EVENT_KINDS.stop_the_world ? (reason[row] ?? 0) : -1;
  }
  return reasons;
}

const reasonText = (reason: number): string => (reason < 0 ? '' : (STOP_REASONS[reason] ?? 'unknown'));
