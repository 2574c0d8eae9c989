/** Changes of goroutines as columns: what repeats is told once and named by its index. Pure. */
import { formatUnixNanos, toCodeSite, toMs, type DumpJson, type TimelineAnswer } from '@mapscope/contract';
import type { DumpSummary, DumpTimeline } from '@mapscope/store';

const NO_TRACE = '0'.repeat(32);

export const toDumpJson = (dump: DumpSummary): DumpJson => ({
  service: dump.service,
  pid: dump.pid,
  platform: dump.platform,
  at: formatUnixNanos(dump.dumpUnixNanos),
  reason: dump.reason,
  completeFrom: formatUnixNanos(dump.completeFromUnixNanos),
  changes: dump.changes,
  goroutines: dump.goroutines,
  note: dump.note,
});

/** Each value once, in the order of its first use. */
function indexed<T>(keyOf: (value: T) => string) {
  const [indexes, values] = [new Map<string, number>(), [] as T[]];
  const indexOf = (value: T): number => {
    const key = keyOf(value);
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, values.length);
    return values.push(value) - 1;
  };
  return { indexOf, values };
}

export function toTimelineJson({ summary, changes, isCut }: DumpTimeline, fromUnixNanos: bigint): TimelineAnswer {
  const [goroutines, reasons, traces] = [indexed(String), indexed(String), indexed(String)];
  const sites = indexed(
    ({ function: name, file, line }: (typeof changes)[number]['site']) => `${name} ${file} ${line}`,
  );
  const column = <T>(valueOf: (change: (typeof changes)[number]) => T): T[] => changes.map(valueOf);
  const columns = {
    atMs: column(({ unixNanos }) => toMs(Number(unixNanos - fromUnixNanos))),
    goroutine: column(({ goid }) => goroutines.indexOf(goid)),
    state: column(({ state }) => state),
    waitReason: column(({ waitReason }) => (waitReason === '' ? -1 : reasons.indexOf(waitReason))),
    site: column(({ site }) => (site.function === '' ? -1 : sites.indexOf(site))),
    trace: column(({ traceId }) => (traceId === NO_TRACE ? -1 : traces.indexOf(traceId))),
    binding: column(({ binding }) => binding),
    thread: column(({ tid }) => tid),
    isCrash: column(({ isCrash }) => isCrash),
  };
  return {
    dump: toDumpJson(summary),
    window: { from: formatUnixNanos(fromUnixNanos), to: formatUnixNanos(summary.dumpUnixNanos) },
    isCut,
    goroutines: goroutines.values,
    waitReasons: reasons.values,
    sites: sites.values.map(toCodeSite),
    traceIds: traces.values,
    changes: columns,
  };
}
