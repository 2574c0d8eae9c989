/** Raw lock waits + their stacks → the columns of table lock_waits (without the proof columns). Pure. */
import { LOCK_KINDS, RW_STATES } from '@mapscope/events';
import type { ColumnData, Columns } from '@mapscope/events';
import { bytes16, bytes8, constantText, constantU32, i64, u64, u8 } from '../../rows/column-data.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { spreadBy, spreadText, spreadU32, spreadU64, spreadU8 } from '../../rows/spread.ts';
import type { Spread } from '../../rows/spread.ts';
import { MUTEX_SEMA } from '../../symbols/lock-of.ts';
import type { LockShape } from '../../symbols/lock-of.ts';
import type { Stack } from '../../symbols/stack-table.ts';
import type { RawBatch } from '../layouts.ts';

export function lockRows(batch: RawBatch<'lock_waits'>, { origin, toUnix, stack }: RowContext): Columns<'lock_waits'> {
  const { rows, columns: raw } = batch;
  const waiters = spreadBy(raw.waiter_stack, stack);
  const holders = spreadBy(raw.holder_stack, stack);
  return {
    kind: 'lock_waits',
    rows,
    columns: {
      ts: i64(toUnix(raw.ts)),
      service: constantText(origin.service, rows),
      platform: constantText(origin.platform, rows),
      lock_kind: u8(spreadU8(waiters, ({ lock }) => LOCK_KINDS[lock.kind])),
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
      waiter_stack: u64(spreadU64(waiters, ({ hash }) => hash)),
      holder_stack: u64(spreadU64(holders, ({ hash }) => hash)),
      ...sites('waiter', waiters),
      ...sites('holder', holders),
      rw_state: u8(rwStates(raw, waiters)),
    },
  };
}

/** Where a row's rw_state comes from. */
const STATE_FROM = { none: 0, reader: 1, writer: 2, readersHold: 3 } as const;

/** The probe does not know which semaphore it stands at, so it says what either would mean: the stack tells. */
function stateFrom({ kind, semaOffset }: LockShape): number {
  if (kind === 'rwmutex_read') return STATE_FROM.reader;
  if (kind !== 'rwmutex_write') return STATE_FROM.none;
  // A writer takes the Mutex first; on its own semaphore it waits for readers alone.
  return semaOffset === MUTEX_SEMA ? STATE_FROM.writer : STATE_FROM.readersHold;
}

function rwStates(raw: RawBatch<'lock_waits'>['columns'], waiters: Spread<Stack>): Uint8Array<ArrayBuffer> {
  const { rw_as_reader: asReader, rw_as_writer: asWriter } = raw;
  const states = spreadU8(waiters, ({ lock }) => stateFrom(lock));
  for (let row = 0; row < states.length; row++) {
    const from = states[row] ?? STATE_FROM.none;
    if (from === STATE_FROM.none) states[row] = RW_STATES.none;
    else if (from === STATE_FROM.reader) states[row] = asReader[row] ?? RW_STATES.none;
    else if (from === STATE_FROM.writer) states[row] = asWriter[row] ?? RW_STATES.none;
    else states[row] = RW_STATES.readers_holding;
  }
  return states;
}

function lockAddresses(semaAddresses: BigUint64Array, waiters: Spread<Stack>): BigUint64Array {
  const addresses = spreadU64(waiters, ({ lock }) => BigInt(lock.semaOffset));
  for (let row = 0; row < addresses.length; row++) {
    // Wrapping, so that V8 needs no BigInt object for it.
    addresses[row] = BigInt.asUintN(64, (semaAddresses[row] ?? 0n) - (addresses[row] ?? 0n));
  }
  return addresses;
}

function sites(who: 'waiter' | 'holder', stacks: Spread<Stack>): Readonly<Record<string, ColumnData>> {
  return {
    [`${who}_function`]: spreadText(stacks, ({ site }) => site.function),
    [`${who}_file`]: spreadText(stacks, ({ site }) => site.file),
    [`${who}_line`]: spreadU32(stacks, ({ site }) => site.line),
  };
}
