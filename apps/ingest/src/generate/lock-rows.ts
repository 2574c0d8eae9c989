/** Waits on locks: few lines take most of them, log-normal in length, several a request. Pure. */
import { BINDINGS, type ColumnData, LOCK_KINDS, RW_STATES } from '@mapscope/events';
import { type Chance, below, logNormal } from './chance.ts';
import { fixed, names, nanos, same, u32, u64, u8 } from './columns.ts';
import type { Request, Requests } from './requests.ts';
import type { Line, LockSite, ServiceModel } from './service-model.ts';
import { type Drawn, pickFrom } from './drawn.ts';

/** Requests that wait at all wait at several locks of their way. */
export const WAITS_A_REQUEST = 4;
/** The holder's goroutine served no request, or its trace was not known. */
const HOLDER_UNKNOWN = 0.1;
const NO_TRACE = new Uint8Array(16);

interface Wait {
  readonly ts: bigint;
  readonly site: LockSite;
  readonly address: bigint;
  readonly waiter: Request;
  readonly holder: Request;
  readonly isHolderKnown: boolean;
  readonly holderLine: Line;
  readonly waitNanos: bigint;
  readonly schedNanos: bigint;
  readonly stacks: readonly [waiter: bigint, holder: bigint];
}

function draw(chance: Chance, service: ServiceModel, requests: Requests, ts: bigint): Wait {
  const site = pickFrom(service.locks, service.lock(chance));
  const holderLine = pickFrom(site.holders, below(chance, site.holders.length));
  return {
    ts,
    site,
    holderLine,
    address: pickFrom(site.addresses, below(chance, site.addresses.length)),
    waiter: requests.next(),
    holder: requests.other(),
    isHolderKnown: chance() >= HOLDER_UNKNOWN,
    waitNanos: BigInt(logNormal(chance, site.medianWaitNanos, 1.2)),
    schedNanos: BigInt(logNormal(chance, 3_000, 0.7)),
    stacks: [site, holderLine].map(({ stacks }) => pickFrom(stacks, below(chance, stacks.length))) as [bigint, bigint],
  };
}

const isRw = ({ kind }: LockSite): boolean => kind === LOCK_KINDS.rwmutex_read || kind === LOCK_KINDS.rwmutex_write;

export function lockColumns({ chance, service, requests, times }: Drawn): Readonly<Record<string, ColumnData>> {
  const rows = times.map((ts) => draw(chance, service, requests, ts));
  return {
    ts: nanos(rows, ({ ts }) => ts),
    service: same(rows, service.name),
    platform: same(rows, service.platform),
    lock_kind: u8(rows, ({ site }) => site.kind),
    lock_addr: u64(rows, ({ address }) => address),
    wait_ns: u64(rows, ({ waitNanos }) => waitNanos),
    sched_ns: u64(rows, ({ schedNanos }) => schedNanos),
    trace_id: fixed(16, rows, ({ waiter }) => waiter.traceId),
    span_id: fixed(8, rows, ({ waiter }) => waiter.spanId),
    binding: u8(rows, () => BINDINGS.exact),
    holder_trace_id: fixed(16, rows, ({ holder, isHolderKnown }) => (isHolderKnown ? holder.traceId : NO_TRACE)),
    pid: u32(rows, () => service.pid),
    waiter_goid: u64(rows, ({ waiter }) => waiter.goid),
    holder_goid: u64(rows, ({ holder }) => holder.goid),
    waiter_stack: u64(rows, ({ stacks }) => stacks[0]),
    holder_stack: u64(rows, ({ stacks }) => stacks[1]),
    waiter_function: names(rows, ({ site }) => site.function),
    waiter_file: names(rows, ({ site }) => site.file),
    waiter_line: u32(rows, ({ site }) => site.line),
    holder_function: names(rows, ({ holderLine }) => holderLine.function),
    holder_file: names(rows, ({ holderLine }) => holderLine.file),
    holder_line: u32(rows, ({ holderLine }) => holderLine.line),
    rw_state: u8(rows, ({ site }) => (isRw(site) ? RW_STATES.readers_holding : RW_STATES.none)),
  };
}
