/** State changes of a dump → the columns of table goroutine_events (without the proof columns). Pure. */
import { BINDINGS, GOROUTINE_DUMPS, GOROUTINE_EVENT_KINDS, GOROUTINE_STATES } from '@mapscope/events';
import type { ColumnData, Columns, GoroutineDumpReason } from '@mapscope/events';
import { constantU32, dictionaryOf, i64, u32, u64, u8 } from '../../rows/column-data.ts';
import { OWN_MEMORY } from '../../rows/column-memory.ts';
import { beginning, traced } from '../../rows/common-columns.ts';
import type { Origin } from '../../rows/origin.ts';
import type { Stack } from '../../symbols/stack-table.ts';
import { NO_SITE } from '../../symbols/user-site.ts';
import type { GoroutineContext } from './context.ts';
import type { FlightEntries } from './snapshot.ts';
import { parkSite } from './park-site.ts';
import { type Changes, isCrash } from './timeline.ts';

export interface DumpFacts {
  readonly reason: GoroutineDumpReason;
  /** monotonic, as all times of the recorder */
  readonly at: bigint;
  readonly completeFrom: bigint;
  /** 0n: nobody crashed, or it is not known who */
  readonly crashedGoid: bigint;
  readonly note: string;
}

export interface DumpNeeds {
  readonly origin: Origin;
  readonly toUnix: (monotonic: BigUint64Array) => BigInt64Array;
  /** of the entry with the stack; `callerPc` is put in where the kernel's walk misses the direct caller */
  readonly stack: (stackId: number, hook: number, callerPc: bigint) => Stack;
  readonly waitReason: (number: number) => string;
  /** Until Go 1.20 casgstatus ran before waitreason was set, except where gopark had set it (runtime/mgc.go). */
  readonly tellsReasonWithoutPark: boolean;
  readonly contextOf: (change: ChangeOfGoroutine) => GoroutineContext | undefined;
}

export interface ChangeOfGoroutine {
  readonly g: bigint;
  readonly goid: bigint;
  readonly at: bigint;
}

/** @param rows which of the changes, in the order of time */
export function goroutineRows(
  { entries, changes, rows }: { entries: FlightEntries; changes: Changes; rows: readonly number[] },
  facts: DumpFacts,
  needs: DumpNeeds,
): Columns<'goroutine_events'> {
  const at = rows.map((row) => changes.entry[row] ?? 0);
  const count = rows.length;
  const goids = BigUint64Array.from(rows, (row) => changes.goid[row] ?? 0n);
  const ts = BigUint64Array.from(at, (entry) => entries.ts[entry] ?? 0n);
  const constantTime = (time: bigint): ColumnData =>
    i64(new BigInt64Array(count).fill(needs.toUnix(BigUint64Array.of(time))[0] ?? 0n));
  const crash = at.map((entry) => isCrash(entries.hook[entry] ?? 0));
  const kinds = crash.map((isIt) => (isIt ? GOROUTINE_EVENT_KINDS.crash : GOROUTINE_EVENT_KINDS.change));
  return {
    kind: 'goroutine_events',
    rows: count,
    columns: {
      ...beginning(ts, { ...needs, memory: OWN_MEMORY }),
      dump_ts: constantTime(facts.at),
      dump_reason: u8(new Uint8Array(count).fill(GOROUTINE_DUMPS[facts.reason])),
      complete_from: constantTime(facts.completeFrom),
      event: u8(Uint8Array.from(kinds)),
      pid: constantU32(needs.origin.pid, count),
      tid: u32(Uint32Array.from(at, (entry) => entries.tid[entry] ?? 0)),
      goid: u64(goids),
      old_state: u8(Uint8Array.from(at, (entry) => entries.oldState[entry] ?? 0)),
      new_state: u8(Uint8Array.from(at, (entry) => entries.newState[entry] ?? 0)),
      wait_reason: dictionaryOf(count, (index) => reasonOf(entries, changes, rows[index] ?? 0, needs)),
      ...placeColumns(entries, changes, rows, needs),
      ...contextColumns(entries, at, goids, needs),
      crashed: u8(Uint8Array.from(goids, (goid) => (goid !== 0n && goid === facts.crashedGoid ? 1 : 0))),
      note: dictionaryOf(count, (index) => (crash[index] === true ? facts.note : '')),
    },
  };
}

function reasonOf(entries: FlightEntries, changes: Changes, row: number, needs: DumpNeeds): string {
  const entry = changes.entry[row] ?? 0;
  if (entries.newState[entry] !== GOROUTINE_STATES.waiting) return '';
  const isKnown = needs.tellsReasonWithoutPark || changes.place[row] !== undefined;
  return isKnown ? needs.waitReason(entries.reason[entry] ?? 0) : '';
}

function placeColumns(
  entries: FlightEntries,
  changes: Changes,
  rows: readonly number[],
  needs: DumpNeeds,
): Readonly<Record<string, ColumnData>> {
  const stacks = rows.map((row) => {
    const place = changes.place[row];
    if (place === undefined) return undefined;
    return needs.stack(entries.stack[place] ?? -1, entries.hook[place] ?? 0, entries.callerPc[place] ?? 0n);
  });
  // One site for each stack, however many rows name it.
  const known = new Map([...new Set(stacks)].map((stack) => [stack, parkSite(stack?.frames ?? [])]));
  const sites = stacks.map((stack) => known.get(stack) ?? NO_SITE);
  return {
    stack: u64(BigUint64Array.from(stacks, (stack) => stack?.hash ?? 0n)),
    function: dictionaryOf(rows.length, (row) => sites[row]?.function ?? ''),
    file: dictionaryOf(rows.length, (row) => sites[row]?.file ?? ''),
    line: u32(Uint32Array.from(sites, (site) => site.line)),
  };
}

function contextColumns(
  entries: FlightEntries,
  at: readonly number[],
  goids: BigUint64Array,
  { contextOf }: DumpNeeds,
): Readonly<Record<string, ColumnData>> {
  const traceIds = new Uint8Array(16 * at.length);
  const spanIds = new Uint8Array(8 * at.length);
  const bindings = new Uint8Array(at.length).fill(BINDINGS.none);
  for (const [row, entry] of at.entries()) {
    const context = contextOf({ g: entries.g[entry] ?? 0n, goid: goids[row] ?? 0n, at: entries.ts[entry] ?? 0n });
    if (context === undefined) continue;
    traceIds.set(context.traceId, 16 * row);
    spanIds.set(context.spanId, 8 * row);
    bindings[row] = context.binding;
  }
  return traced({ trace_id: traceIds, span_id: spanIds, binding: bindings });
}
