/** What a replay says of itself in its event `attached`: the words of an agent, and that it is a replay. Pure. */
import { type Batch, type ColumnData, NANOS_PER_MILLI, decodeNativeBlock } from '@mapscope/events';
import type { CaptureHeader } from './capture-header.ts';

export function describeCapture(
  header: CaptureHeader,
  batches: readonly Batch[],
  shiftNanos: bigint,
): Readonly<Record<string, unknown>> {
  const { service, platform, goVersion, buildId, recordedAt, kernel } = header;
  const { from, to } = rangeSeen(batches);
  return {
    ...attachment(batches),
    service,
    platform,
    goVersion,
    buildId,
    replay: { recordedAt, kernel, buildId, goVersion },
    // the moved times of what is replayed: ask for these
    fromUnixMillis: Number((from + shiftNanos) / NANOS_PER_MILLI),
    toUnixMillis: Number((to + shiftNanos) / NANOS_PER_MILLI) + 1,
    batches: batches.length,
    rows: batches.reduce((sum, { header }) => sum + header.rows, 0),
  };
}

/** From the first to the last event of the service; what the agent says of itself goes on for a while after it. */
function rangeSeen(batches: readonly Batch[]): { readonly from: bigint; readonly to: bigint } {
  const seen = batches.map(({ header }) => header).filter(({ kind }) => kind !== 'agent_status');
  const headers = seen.length > 0 ? seen : batches.map(({ header }) => header);
  const from = headers.reduce(
    (a, b) => (b.firstUnixNanos < a ? b.firstUnixNanos : a),
    headers[0]?.firstUnixNanos ?? 0n,
  );
  return { from, to: headers.reduce((a, b) => (b.lastUnixNanos > a ? b.lastUnixNanos : a), from) };
}

/** Of the recorded agent, as its first status tells; zero in a recording without any. */
function attachment(batches: readonly Batch[]): Readonly<Record<'pid' | 'probes' | 'attachMs', number>> {
  const status = batches.find(({ header }) => header.kind === 'agent_status');
  const columns = status === undefined ? [] : decodeNativeBlock(status.block).columns;
  const first = (name: string): number => firstNumber(columns.find((column) => column.name === name)?.data);
  return { pid: first('pid'), probes: first('probes'), attachMs: first('attach_ns') / 1e6 };
}

const firstNumber = (data: ColumnData | undefined): number =>
  data?.storage === 'u32' || data?.storage === 'u64' ? Number(data.values[0] ?? 0) : 0;
