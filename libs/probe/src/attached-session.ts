/** A session from its attaching to its end. See session.ts for the order that everything here keeps. */
import { MapscopeError } from '@mapscope/events';
import type { BatchKind } from '@mapscope/events';
import { startCountTicker } from './counting/count-ticker.ts';
import type { CountTicker } from './counting/count-ticker.ts';
import type { KernelCounts } from './counters.ts';
import { FAMILIES, FAMILY_NAMES } from './families/families.ts';
import type { FamilyName } from './families/families.ts';
import type { Dumper } from './families/goroutine/dump.ts';
import { RING_KINDS } from './families/layouts.ts';
import type { AnyRawBatch } from './families/layouts.ts';
import { createFamilyLinks, nanosOf } from './family-links.ts';
import type { FamilyLinks } from './family-links.ts';
import { createGroupSwitch } from './group-switch.ts';
import type { GroupSwitch } from './group-switch.ts';
import { gateOf } from './groups.ts';
import type { Manifest } from './manifest.ts';
import type { Probes } from './probes.ts';
import { startReaderThread } from './ring/reader-thread.ts';
import type { ReaderThread } from './ring/reader-thread.ts';
import type { FamilyCounters, FamilyUsage, ProbeSession, ProbeSessionOptions } from './session.ts';
import { createTaker } from './taker.ts';
import type { Taker } from './taker.ts';
import type { Target } from './target.ts';
import { startWatch } from './watch.ts';

export interface SessionParts {
  readonly options: ProbeSessionOptions;
  readonly target: Target;
  readonly manifest: Manifest;
  readonly probes: Probes;
}

export async function attachSession(parts: SessionParts): Promise<ProbeSession> {
  const { manifest, probes } = parts;
  const taker = createTaker(parts);
  const reader = startReader(parts, taker);
  const links = createFamilyLinks(probes, manifest, parts.options);
  const attaching = nanosOf(parts.options.clock, () => links.attach(manifest.families));
  const attachNanos = await attaching.catch(async (error: unknown) => {
    await reader.close();
    throw error;
  });
  const counting = startCounting(parts, taker.onBatches);
  const switching = switchGroups(parts, { links, taker, counting });
  const end = createEnd(parts, { watch: watchTarget(parts), links, reader, counting, taker, switching });
  switching.setGate(true);
  return {
    manifest,
    probeCount: manifest.hooks.length,
    attachNanos,
    counters: () => [
      ...familyCounters(manifest.families, end.counts(), counting.rows()),
      ...dumpCounters(taker.dumper),
    ],
    health: () => end.counts().health,
    usage: end.usage,
    countRuns: probes.countRuns,
    setGate: (open) => {
      if (!end.hasBegun()) switching.setGate(open);
    },
    switchGroup: switching.set,
    dumpGoroutines: async (request) => recorderOf(taker, end.hasBegun()).dump(request),
    handOverGoroutines: (request) => recorderOf(taker, end.hasBegun()).handOver(request),
    detach: end.detach,
    [Symbol.asyncDispose]: end.detach,
  };
}

interface Running {
  readonly watch: ReturnType<typeof startWatch>;
  readonly links: FamilyLinks;
  readonly reader: ReaderThread;
  readonly counting: Counting;
  readonly taker: Taker;
  readonly switching: GroupSwitch;
}

interface End {
  /** Once, however often it is asked for. */
  readonly detach: () => Promise<void>;
  readonly hasBegun: () => boolean;
  /** after the end the last values */
  readonly counts: () => KernelCounts;
  readonly usage: () => readonly FamilyUsage[];
}

function createEnd({ manifest, probes }: SessionParts, running: Running): End {
  const { watch, reader, counting, taker, switching } = running;
  let counts = probes.counts;
  let usage = (): readonly FamilyUsage[] => familyUsage(manifest, probes);
  const detachOnce = async (): Promise<void> => {
    watch.stop();
    switching.setGate(false);
    await switching.end();
    try {
      await drainAll(probes, running);
      await counting.finish();
    } finally {
      taker.dumpCrash();
      const [last, lastUsage] = [probes.counts(), usage()];
      counts = () => last;
      usage = () => lastUsage;
      await reader.close();
      probes.close();
    }
  };
  let detaching: Promise<void> | undefined;
  return {
    detach: () => (detaching ??= detachOnce()),
    hasBegun: () => detaching !== undefined,
    counts: () => counts(),
    usage: () => usage(),
  };
}

function switchGroups(
  { probes }: SessionParts,
  { links, taker, counting }: Pick<Running, 'links' | 'taker' | 'counting'>,
): GroupSwitch {
  return createGroupSwitch({
    links,
    gates: probes.gates,
    empty: probes.empty,
    cut: counting.cut,
    // The flight recorder's dumps say from when on they are complete.
    onOpened: (group) => {
      if (group === 'goroutine') taker.dumper?.opened();
    },
  });
}

function familyUsage({ families }: Manifest, { gates, runTime }: Probes): readonly FamilyUsage[] {
  return families.map((family) => ({ family, hits: gates.hitsOf(gateOf(family)), ...runTime(family) }));
}

function startReader({ options, probes }: SessionParts, { onBatches }: Taker): ReaderThread {
  const { ringBytes, flushMillis, onProblem } = options;
  return startReaderThread({ ringFd: probes.ringFd, ringBytes, flushMillis, onBatches, onFailure: onProblem });
}

function watchTarget({ options, target, manifest, probes }: SessionParts): ReturnType<typeof startWatch> {
  const { onProblem } = options;
  const { goVersion } = manifest;
  return startWatch({ target, goVersion, health: () => probes.counts().health, onProblem });
}

/** Once the links are closed no program runs any more, so the counters are final and the ring holds the rest. */
async function drainAll(probes: Probes, { links, reader }: Running): Promise<void> {
  await links.detach(FAMILY_NAMES);
  const read = BigInt(await reader.drain());
  const counts = probes.counts();
  const submitted = RING_KINDS.reduce((sum, kind) => sum + counts.submitted[kind], 0n);
  if (read !== submitted) throw incomplete(read, submitted);
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
  /** how many rows they made, by kind */
  readonly rows: () => Readonly<Partial<Record<BatchKind, bigint>>>;
  /** a window of time ends here and another begins */
  readonly cut: () => Promise<void>;
  readonly finish: () => Promise<void>;
}

function startCounting(
  { options: { clock, onProblem }, probes }: SessionParts,
  onBatches: (batches: readonly AnyRawBatch[]) => void,
): Counting {
  const rows: Partial<Record<BatchKind, bigint>> = {};
  const onBatch = (batch: AnyRawBatch): void => {
    rows[batch.kind] = (rows[batch.kind] ?? 0n) + BigInt(batch.rows);
    onBatches([batch]);
  };
  const tickers = probes.countSources.map((source) => startCountTicker({ source, clock, onBatch, onProblem }));
  const each = async (work: (ticker: CountTicker) => Promise<void>): Promise<void> =>
    void (await Promise.all(tickers.map(work)));
  return {
    rows: () => rows,
    cut: () => each((ticker) => ticker.cut()),
    finish: () => each((ticker) => ticker.finish()),
  };
}

/** Rows of dumps come from no ring; what was asked for by dumpGoroutines is the caller's. */
function dumpCounters(dumper: Dumper | undefined): readonly FamilyCounters[] {
  return dumper === undefined ? [] : [{ family: 'goroutine', kind: 'goroutine_events', ...dumper.counts() }];
}

function recorderOf({ dumper }: Taker, isDetached: boolean): Dumper {
  if (dumper !== undefined && !isDetached) return dumper;
  const why = isDetached ? 'the session is detached' : 'family goroutine is not on: ask for it when attaching';
  throw new MapscopeError('PROBE_REFUSED', `there is no flight recorder to read: ${why}`);
}

function incomplete(read: bigint, submitted: bigint): MapscopeError {
  const message = `${submitted} records were submitted and ${read} read: rows of this session are not complete; report this`;
  return new MapscopeError('INTERNAL', message, { facts: { submitted: Number(submitted), read: Number(read) } });
}
