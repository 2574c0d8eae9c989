/** What the makers of rows need besides the raw records. */
import type { SeenHost } from '../families/client/host.ts';
import type { Route, RoutedRequest } from '../families/http/route.ts';
import type { MapType } from '@mapscope/golang';
import type { Stack, StackTable } from '../symbols/stack-table.ts';
import type { ColumnMemory } from './column-memory.ts';
import type { Origin } from './origin.ts';

export interface RowContext {
  readonly origin: Origin;
  /** lent for the columns of one batch */
  readonly memory: ColumnMemory;
  /** monotonic → unix nanoseconds, a whole column */
  readonly toUnix: (monotonic: BigUint64Array) => BigInt64Array;
  readonly stack: (stackId: number) => Stack;
  /** of a probe event: where the kernel's walk misses the direct caller, it is put in */
  readonly eventStack: (stackId: number, event: number, callerPc: bigint) => Stack;
  /** what may be told of a probe event, from the text the probe read and the address of the value's type */
  readonly eventMessage: (event: number, text: string, typeAddress: bigint) => string;
  readonly route: (request: RoutedRequest) => Route;
  readonly host: (seen: SeenHost) => string;
  /** by the address of its descriptor in the running program */
  readonly mapType: (typeAddress: bigint) => MapType | undefined;
  /** by id, with the direct caller put in where the kernel's walk missed it */
  readonly stackOfCall: (stackId: number, callerPc: bigint) => Stack;
  readonly stackOfAddresses: StackTable['findAddresses'];
  readonly siteOf: StackTable['siteOf'];
}
