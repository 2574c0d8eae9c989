/** A session from its attaching to its end. See session.ts for the order that everything here keeps. */
import { MapscopeError, PROBE_EVENT_KINDS } from '@mapscope/events';
import type { BatchKind } from '@mapscope/events';
import type { KernelCounts } from './counters.ts';
import { FAMILIES } from './families/families.ts';
import type { FamilyName } from './families/families.ts';
import { RING_KINDS } from './families/layouts.ts';
import type { AnyRawBatch, RawBatch } from './families/layouts.ts';
import { startMapCountTicker } from './families/map/count-ticker.ts';
import type { Manifest } from './manifest.ts';
import type { Probes } from './probes.ts';
import { startReaderThread } from './ring/reader-thread.ts';
import type { ReaderThread } from './ring/reader-thread.ts';
import { createRowMaker } from './rows/row-maker.ts';
import type { FamilyCounters, ProbeSession, ProbeSessionOptions } from './session.ts';
import { loadBias } from './symbols/load-bias.ts';
import { createStackTable } from './symbols/stack-table.ts';
import type { Target } from './target.ts';
import { startWatch } from './watch.ts';

export interface SessionParts {
  readonly options: ProbeSessionOptions;
  readonly target: Target;
  readonly manifest: Manifest;
  readonly probes: Probes;
}

interface Links {
  readonly fds: readonly number[];
  readonly attachNanos: bigint;
}

export async function attachSession(parts: SessionParts): Promise<ProbeSession> {
  const { options, target, manifest, probes } = parts;
  const { ringBytes, flushMillis, onProblem } = options;
  const onBatches = createTaker(parts);
  const reader = startReaderThread({ ringFd: probes.ringFd, ringBytes, flushMillis, onBatches, onFailure: onProblem });
  const links = await attachAll(parts).catch(async (error: unknown) => {
    await reader.close();
    throw error;
  });
  const counting = startCounting(parts, onBatches);
  const watch = startWatch({ target, goVersion: manifest.goVersion, health: () => probes.counts().health, onProblem });
  let counts = probes.counts;
  const detachOnce = async (): Promise<void> => {
    watch.stop();
    try {
      await drainAll(probes, links, reader);
      await counting.finish();
    } finally {
      const last = probes.counts();
      counts = () => last;
      await reader.close();
      probes.close();
    }
  };
  let detaching: Promise<void> | undefined;
  const detach = (): Promise<void> => (detaching ??= detachOnce());
  probes.setGate(true);
  return {
    manifest,
    probeCount: manifest.hooks.length,
    attachNanos: links.attachNanos,
    counters: () => familyCounters(manifest.families, counts(), counting.rows()),
    health: () => counts().health,
    setGate: (open) => {
      if (detaching === undefined) probes.setGate(open);
    },
    detach,
    [Symbol.asyncDispose]: detach,
  };
}

/** One link per family: the unit of switching on and off. All or nothing. */
async function attachAll({ options, manifest, probes }: SessionParts): Promise<Links> {
  const fds: number[] = [];
  const begin = options.clock.monotonicNanos();
  try {
    for (const family of manifest.families) {
      const hooks = manifest.hooks.filter((hook) => hook.family === family);
      fds.push(probes.attach(hooks, options.executablePath, options.pid));
    }
  } catch (error) {
    await Promise.all(fds.map((fd) => probes.detach(fd)));
    throw error;
  }
  return { fds, attachNanos: options.clock.monotonicNanos() - begin };
}

/** Once the links are closed no program runs any more, so the counters are final and the ring holds the rest. */
async function drainAll(probes: Probes, links: Links, reader: ReaderThread): Promise<void> {
  probes.setGate(false);
  await Promise.all(links.fds.map((fd) => probes.detach(fd)));
  const read = BigInt(await reader.drain());
  const counts = probes.counts();
  const submitted = RING_KINDS.reduce((sum, kind) => sum + counts.submitted[kind], 0n);
  if (read !== submitted) throw incomplete(read, submitted);
}

/** Called by the reader's thread: must not throw, or rows would vanish without a word. */
function createTaker(parts: SessionParts): (batches: readonly AnyRawBatch[]) => void {
  const { options, target, manifest, probes } = parts;
  const { service, platform, pid, clock, binary } = options;
  const { buildId } = manifest;
  const bias = loadBias(binary, target.maps, target.inode);
  const stacks = createStackTable({
    addresses: probes.stackAddresses,
    frames: (address) => binary.frames(address),
    loadBias: bias,
    buildId,
  });
  const origin = { service, platform, pid, buildId };
  const makeRows = createRowMaker({
    origin,
    stacks,
    clock,
    callerless: callerlessEvents(manifest),
    typeName: (address) => binary.typeName(Number(address - bias)),
    mapType: (address) => binary.mapType(Number(address - bias)),
    panicValues: options.panicValues === true,
  });
  return (batches) => {
    try {
      for (const columns of makeRows(batches)) options.onColumns(columns);
    } catch (error) {
      options.onProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

const EVENT_FUNCTIONS: Readonly<Record<string, number>> = {
  'runtime.fatal': PROBE_EVENT_KINDS.fatal,
  'runtime.throw': PROBE_EVENT_KINDS.throw,
  'runtime.gopanic': PROBE_EVENT_KINDS.panic,
};

/** Only at `push %rbp` does the kernel know that it stands at an entry and finds the direct caller itself. */
function callerlessEvents(manifest: Manifest): ReadonlySet<number> {
  const missing = manifest.hooks.filter((hook) => hook.family === 'fatal' && hook.instruction !== 'push');
  return new Set(missing.map((hook) => EVENT_FUNCTIONS[hook.function] ?? 0));
}

/** @param made rows of a kind that were counted in the kernel and did not come through the ring */
function familyCounters(
  families: readonly FamilyName[],
  counts: KernelCounts,
  made: Readonly<Partial<Record<BatchKind, bigint>>>,
): readonly FamilyCounters[] {
  return families.flatMap((family) => {
    const kind = RING_KINDS.find((ring) => ring === FAMILIES[family].kind);
    if (kind === undefined) return [];
    return [{ family, kind, submitted: counts.submitted[kind] + (made[kind] ?? 0n), lost: counts.lost[kind] }];
  });
}

interface Counting {
  readonly rows: () => { readonly map_events: bigint };
  readonly finish: () => Promise<void>;
}

function startCounting(
  { options: { clock, onProblem }, probes: { mapCounts: reader } }: SessionParts,
  onBatches: (batches: readonly AnyRawBatch[]) => void,
): Counting {
  let rows = 0n;
  const onBatch = (batch: RawBatch<'map_events'>): void => {
    rows += BigInt(batch.rows);
    onBatches([batch]);
  };
  const ticker = reader && startMapCountTicker({ reader, clock, onBatch, onProblem });
  return { rows: () => ({ map_events: rows }), finish: async () => ticker?.finish() };
}

function incomplete(read: bigint, submitted: bigint): MapscopeError {
  const message = `${submitted} records were submitted and ${read} read: rows of this session are not complete; report this`;
  return new MapscopeError('INTERNAL', message, { facts: { submitted: Number(submitted), read: Number(read) } });
}
