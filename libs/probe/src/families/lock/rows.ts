/** Raw lock waits + their stacks → the columns of table lock_waits (without the proof columns). Pure. */
import { LOCK_KINDS, RW_STATES } from '@mapscope/events';
import type { ColumnData, Columns } from '@mapscope/events';
import { bytes16, bytes8, constantText, constantU32, dictionaryOf, i64, u32, u64, u8 } from '../../rows/column-data.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { MUTEX_SEMA } from '../../symbols/lock-of.ts';
import type { LockShape } from '../../symbols/lock-of.ts';
import type { Stack } from '../../symbols/stack-table.ts';
import type { RawBatch } from '../layouts.ts';

export function lockRows(batch: RawBatch<'lock_waits'>, { origin, toUnix, stack }: RowContext): Columns<'lock_waits'> {
  const { rows, columns: raw } = batch;
  const waiters = Array.from(raw.waiter_stack, stack);
  const holders = Array.from(raw.holder_stack, stack);
  return {
    kind: 'lock_waits',
    rows,
    columns: {
      ts: i64(toUnix(raw.ts)),
      service: constantText(origin.service, rows),
      platform: constantText(origin.platform, rows),
      lock_kind: u8(Uint8Array.from(waiters, ({ lock }) => LOCK_KINDS[lock.kind])),
      lock_addr: u64(lockAddresses(raw.sema_address, waiters)),
      wait_ns: u64(raw.wait_ns),
      sched_ns: u64(raw.sched_ns),
      trace_id: bytes16(raw.trace_id),
      span_id: bytes8(raw.span_id),
      binding: u8(raw.binding),
      holder_trace_id: bytes16(raw.holder_trace_id),
      pid: constantU32(origin.pid, rows),
      waiter_goid: u64(raw.waiter_goid),
      holder_goid: u64(raw.holder_goid),
      waiter_stack: hashes(waiters),
      holder_stack: hashes(holders),
      ...sites('waiter', waiters),
      ...sites('holder', holders),
      rw_state: u8(Uint8Array.from(waiters, ({ lock }, row) => rwState(lock, raw, row))),
    },
  };
}

/** The probe does not know which semaphore it stands at, so it says what either would mean: the stack tells. */
function rwState(lock: LockShape, raw: RawBatch<'lock_waits'>['columns'], row: number): number {
  if (lock.kind === 'rwmutex_read') return raw.rw_as_reader[row] ?? RW_STATES.none;
  if (lock.kind !== 'rwmutex_write') return RW_STATES.none;
  // A writer takes the Mutex first; on its own semaphore it waits for readers alone.
  return lock.semaOffset === MUTEX_SEMA ? (raw.rw_as_writer[row] ?? RW_STATES.none) : RW_STATES.readers_holding;
}

function lockAddresses(semaAddresses: BigUint64Array, waiters: readonly Stack[]): BigUint64Array {
  return semaAddresses.map((address, row) => address - BigInt(waiters[row]?.lock.semaOffset ?? 0));
}

const hashes = (stacks: readonly Stack[]): ColumnData => u64(BigUint64Array.from(stacks, (stack) => stack.hash));

function sites(who: 'waiter' | 'holder', stacks: readonly Stack[]): Readonly<Record<string, ColumnData>> {
  return {
    [`${who}_function`]: dictionaryOf(stacks.length, (row) => stacks[row]?.site.function ?? ''),
    [`${who}_file`]: dictionaryOf(stacks.length, (row) => stacks[row]?.site.file ?? ''),
    [`${who}_line`]: u32(Uint32Array.from(stacks, (stack) => stack.site.line)),
  };
}
