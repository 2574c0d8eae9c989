/** Raw lock waits + their stacks → the columns of table lock_waits (without the proof columns). Pure. */
import { LOCK_KINDS, RW_STATES } from '@mapscope/events';
import type { ColumnData, Columns } from '@mapscope/events';
import { bytes16, constantU32, u8 } from '../../rows/column-data.ts';
import { beginning, traced } from '../../rows/common-columns.ts';
import { lockAddresses } from '../../rows/lock-addresses.ts';
import { addresses, numbers, rareBytes } from '../../rows/narrow.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { spreadBy } from '../../rows/spread-ids.ts';
import { spreadLong, spreadText, spreadU32, spreadU8 } from '../../rows/spread.ts';
import type { Spread } from '../../rows/spread.ts';
import { MUTEX_SEMA } from '../../symbols/lock-of.ts';
import type { LockShape } from '../../symbols/lock-of.ts';
import type { Stack } from '../../symbols/stack-table.ts';
import type { RawBatch } from '../layouts.ts';

export function lockRows(batch: RawBatch<'lock_waits'>, context: RowContext): Columns<'lock_waits'> {
  const { rows, columns: raw } = batch;
  const { origin, stack, memory } = context;
  const waiters = spreadBy(raw.waiter_stack, stack, memory);
  const holders = spreadBy(raw.holder_stack, stack, memory);
  return {
    kind: 'lock_waits',
    rows,
    columns: {
      ...beginning(raw.ts, context),
      lock_kind: u8(spreadU8(waiters, ({ lock }) => LOCK_KINDS[lock.kind])),
      lock_addr: addresses(
        lockAddresses(raw.sema_address, waiters, ({ lock }) => lock),
        memory,
      ),
      wait_ns: numbers(raw.wait_ns, memory),
      sched_ns: numbers(raw.sched_ns, memory),
      ...traced(raw),
      holder_trace_id: bytes16(raw.holder_trace_id),
      pid: constantU32(origin.pid, rows, memory),
      waiter_goid: numbers(raw.waiter_goid, memory),
      holder_goid: numbers(raw.holder_goid, memory),
      waiter_stack: spreadLong(waiters, ({ hash }) => hash),
      holder_stack: spreadLong(holders, ({ hash }) => hash),
      ...sites('waiter', waiters),
      ...sites('holder', holders),
      rw_state: rareBytes(rwStates(raw, waiters)),
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

function sites(who: 'waiter' | 'holder', stacks: Spread<Stack>): Readonly<Record<string, ColumnData>> {
  return {
    [`${who}_function`]: spreadText(stacks, ({ site }) => site.function),
    [`${who}_file`]: spreadText(stacks, ({ site }) => site.file),
    [`${who}_line`]: spreadU32(stacks, ({ site }) => site.line),
  };
}
