/** Raw batches → table columns: new stacks first, so that a row never names a stack that is not yet on its way. */
import type { Clock, Columns } from '@mapscope/events';
import type { AnyRawBatch } from '../ring/layout.ts';
import { createRouter } from '../route.ts';
import type { Stack, StackTable } from '../symbols/stack-table.ts';
import { eventMessage } from './event-message.ts';
import { eventRows } from './event-rows.ts';
import { httpRows } from './http-rows.ts';
import { lockRows } from './lock-rows.ts';
import type { Origin } from './origin.ts';
import { stackRows } from './stack-rows.ts';

export interface RowMakerNeeds {
  readonly origin: Origin;
  readonly stacks: StackTable;
  readonly clock: Clock;
  /** probe event kinds at whose site the kernel's stack walk misses the direct caller */
  readonly callerless: ReadonlySet<number>;
  /** of the type descriptor at an address of the running program */
  readonly typeName: (address: bigint) => string | undefined;
  /** whether the texts of panics are told: see event-message.ts */
  readonly panicValues: boolean;
}

export function createRowMaker(needs: RowMakerNeeds): (batches: readonly AnyRawBatch[]) => readonly Columns[] {
  const { origin, stacks, clock, callerless, typeName, panicValues } = needs;
  const route = createRouter();
  const findEvent = (stackId: number, event: number, callerPc: bigint): Stack =>
    callerless.has(event) ? stacks.findWithCaller(stackId, callerPc) : stacks.find(stackId);
  const message = (event: number, text: string, typeAddress: bigint): string =>
    eventMessage({ event, text, typeName: typeName(typeAddress) }, panicValues);
  const makeOne = (batch: AnyRawBatch, unixOffset: bigint): Columns => {
    if (batch.kind === 'http_requests') return httpRows(batch, origin, unixOffset, route);
    if (batch.kind === 'lock_waits') return lockRows(batch, origin, unixOffset, stacks.find);
    return eventRows(batch, origin, unixOffset, { find: findEvent, message });
  };
  return (batches) => {
    const unixNanos = clock.unixNanos();
    const unixOffset = unixNanos - clock.monotonicNanos();
    const made = batches.map((batch) => makeOne(batch, unixOffset));
    const fresh = stacks.takeNew();
    return fresh.length === 0 ? made : [stackRows(fresh, origin, unixNanos), ...made];
  };
}
