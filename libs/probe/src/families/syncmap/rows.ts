/** Raw events of sync.Maps → the columns of table syncmap_events (without the proof columns). Pure. */
import { SYNCMAP_OPS } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import type { Frame } from '@mapscope/golang';
import { bytes16, bytes8, constantText, constantU32, dictionaryOf, i64, u32, u64, u8 } from '../../rows/column-data.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { NO_STACK } from '../../symbols/stack-table.ts';
import type { Stack } from '../../symbols/stack-table.ts';
import { NO_SITE } from '../../symbols/user-site.ts';
import type { RawBatch } from '../layouts.ts';

export function syncmapRows(batch: RawBatch<'syncmap_events'>, context: RowContext): Columns<'syncmap_events'> {
  const { rows, columns: raw } = batch;
  const { origin, toUnix } = context;
  const stacks = Array.from(raw.stack, (id, row) => context.stackOfCall(id, raw.caller_pc[row] ?? 0n));
  const sites = stacks.map((stack, row) => siteOf(raw.op[row] ?? 0, raw.caller_pc[row] ?? 0n, stack, context));
  return {
    kind: 'syncmap_events',
    rows,
    columns: {
      ts: i64(toUnix(raw.ts)),
      service: constantText(origin.service, rows),
      platform: constantText(origin.platform, rows),
      kind: u8(raw.event),
      op: u8(raw.op),
      map_addr: u64(raw.map_address),
      count: u64(raw.count),
      entries: u64(raw.entries),
      duration_ns: u64(raw.duration_ns),
      function: dictionaryOf(rows, (row) => sites[row]?.function ?? ''),
      file: dictionaryOf(rows, (row) => sites[row]?.file ?? ''),
      line: u32(Uint32Array.from(sites, (site) => site.line)),
      stack: u64(BigUint64Array.from(stacks, (stack) => stack.hash)),
      trace_id: bytes16(raw.trace_id),
      span_id: bytes8(raw.span_id),
      binding: u8(raw.binding),
      pid: constantU32(origin.pid, rows),
      goid: u64(raw.goid),
    },
  };
}

/** sync.Map itself calls the functions of a miss and of a copy: there the stack says who called sync.Map. */
function siteOf(op: number, callerPc: bigint, stack: Stack, context: RowContext): Frame {
  if (op === SYNCMAP_OPS.miss || op === SYNCMAP_OPS.copy) return stack === NO_STACK ? NO_SITE : stack.site;
  return callerPc === 0n ? NO_SITE : context.siteOf(callerPc);
}
