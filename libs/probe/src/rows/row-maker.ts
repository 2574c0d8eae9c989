/**
 * Raw batches → table columns: new stacks first, so that a row never names a stack that is not yet on its way. The columns
 * are lent: the next call fills their memory again.
 */
import type { Clock, Columns } from '@mapscope/events';
import type { MapType } from '@mapscope/golang';
import { createHosts } from '../families/client/host.ts';
import { eventMessage } from '../families/fatal/event-message.ts';
import type { AnyRawBatch } from '../families/layouts.ts';
import { createMapTypes } from '../families/map/map-types.ts';
import { rowsOf } from '../families/rows.ts';
import { createRouter } from '../families/http/route.ts';
import type { StackTable } from '../symbols/stack-table.ts';
import { createLentMemory } from './column-memory.ts';
import type { Origin } from './origin.ts';
import type { RowContext } from './row-context.ts';
import { stackRows } from './stack-rows.ts';
import type { TimeAnchor } from './time-anchor.ts';

export interface RowMakerNeeds {
  readonly origin: Origin;
  readonly stacks: StackTable;
  readonly clock: Clock;
  readonly anchor: TimeAnchor;
  /** probe event kinds at whose site the kernel's stack walk misses the direct caller */
  readonly callerless: ReadonlySet<number>;
  /** of the type descriptor at an address of the running program */
  readonly typeName: (address: bigint) => string | undefined;
  /** of the map whose descriptor is at an address of the running program */
  readonly mapType: (address: bigint) => MapType | undefined;
  /** whether the texts of panics are told: see event-message.ts */
  readonly panicValues: boolean;
}

export function createRowMaker(needs: RowMakerNeeds): (batches: readonly AnyRawBatch[]) => readonly Columns[] {
  const { origin, stacks, clock, anchor, callerless, typeName, mapType, panicValues } = needs;
  const memory = createLentMemory();
  const context: RowContext = {
    origin,
    memory,
    toUnix: (monotonic) => anchor.toUnix(monotonic, memory),
    route: createRouter(),
    host: createHosts(),
    stack: stacks.find,
    stackOfCall: stacks.findWithCaller,
    stackOfAddresses: stacks.findAddresses,
    siteOf: stacks.siteOf,
    mapType: createMapTypes(mapType),
    eventStack: (stackId, event, callerPc) =>
      callerless.has(event) ? stacks.findWithCaller(stackId, callerPc) : stacks.find(stackId),
    eventMessage: (event, text, typeAddress) =>
      eventMessage({ event, text, typeName: typeName(typeAddress) }, panicValues),
  };
  return (batches) => {
    memory.reset();
    anchor.sample();
    const made = batches.map((batch) => rowsOf(batch, context));
    const fresh = stacks.takeNew();
    return fresh.length === 0 ? made : [stackRows(fresh, origin, clock.unixNanos()), ...made];
  };
}
