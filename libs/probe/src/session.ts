/**
 * One probed process: manifest → load → attach → rows → detach. The order matters: nothing is loaded before the
 * manifest stands; probes are attached with the gate closed and begin together when it opens; at the end the gate
 * closes first, then the links, and only then is the ring read to its last record, so that submitted equals received.
 */
import { MapscopeError } from '@mapscope/events';
import type { BatchKind, Clock, Columns } from '@mapscope/events';
import type { GoBinary } from '@mapscope/golang';
import { attachSession } from './attached-session.ts';
import type { ProbeHealth } from './counters.ts';
import type { FamilyName } from './families/families.ts';
import type { DumpRequest, GoroutineDump } from './families/goroutine/dump.ts';
import { PARK_HOOK } from './families/goroutine/hooks.ts';
import type { SwitchedGroup } from './groups.ts';
import { resolveManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { openProbes } from './probes.ts';
import { checkThisMachine, findTarget } from './target.ts';

export interface ProbeSessionOptions {
  readonly pid: number;
  /** the file the process runs, as this process sees it; /proc/PID/exe always fits */
  readonly executablePath: string;
  /** the same file, read */
  readonly binary: GoBinary;
  readonly families: readonly FamilyName[];
  /** Tell the text of a panic, whatever it holds; otherwise only the type of its value. Off unless asked for. */
  readonly panicValues?: boolean;
  /** Family map: one write of so many becomes an event of its own (128); 0: none does. */
  readonly mapSampleEvery?: number;
  /** pprof labels that hold a trace id or a traceparent: four at most; TRACE_LABELS unless given */
  readonly traceLabels?: readonly string[];
  /** memory of the flight recorder (family goroutine), all CPUs together; 16 MiB keep 262 144 state changes and places */
  readonly flightBytes?: number;
  /** false: the flight recorder does not walk the stack of a goroutine that parks, which is most of its cost */
  readonly flightStacks?: boolean;
  /** a power of two */
  readonly ringBytes: number;
  readonly flushMillis: number;
  readonly service: string;
  readonly platform: string;
  readonly clock: Clock;
  /** Without the columns agent and batch_seq; the agent adds them. Lent: once it returns, their arrays are filled again. */
  readonly onColumns: (columns: Columns) => void;
  /** Each problem once; the session goes on until `detach`. */
  readonly onProblem: (error: Error) => void;
}

export interface FamilyCounters {
  readonly family: FamilyName;
  readonly kind: BatchKind;
  readonly submitted: bigint;
  readonly lost: bigint;
}

/** What a family costs comes of this: how often it was hit, and how long its program ran while somebody counted that. */
export interface FamilyUsage {
  readonly family: FamilyName;
  /** since the session began, also while the gate was closed; an estimate, as the kernel side does not count atomically */
  readonly hits: number;
  /** grow only while somebody counts (countRuns) */
  readonly runs: number;
  readonly nanos: number;
}

export interface ProbeSession extends AsyncDisposable {
  readonly manifest: Manifest;
  readonly probeCount: number;
  /** monotonic time the attach system calls took, all families together */
  readonly attachNanos: bigint;
  /** per family that writes to the ring; after `detach` the last values */
  readonly counters: () => readonly FamilyCounters[];
  readonly health: () => ProbeHealth;
  readonly usage: () => readonly FamilyUsage[];
  /** Until it is disposed, the kernel counts how long programs run: all of the machine, each a little slower for it. */
  readonly countRuns: () => Disposable;
  /**
   * What the flight recorder holds of the last milliseconds, while the process runs. New stacks are handed over first, by
   * onColumns; the rows are the caller's. After a crash the session hands over a dump by itself.
   * PROBE_REFUSED where family goroutine is not on.
   */
  readonly dumpGoroutines: (request: DumpRequest) => Promise<GoroutineDump>;
  /** The same, by onColumns and among the counters, as a crash's. PROBE_REFUSED likewise. */
  readonly handOverGoroutines: (request: DumpRequest) => void;
  /** Closed: every probe returns at once. What was under way at the time is not continued after a pause. */
  readonly setGate: (open: boolean) => void;
  /**
   * Off: its links are closed, so that its functions cost nothing; on: attached again, 10 ms. What is under way at either
   * moment is not told. A session begins with all groups on.
   */
  readonly switchGroup: (group: SwitchedGroup, on: boolean) => Promise<void>;
  /** Closes the gate and the links, reads the ring to its last record, hands all columns over, frees everything. */
  readonly detach: () => Promise<void>;
}

/** A promise, so that all failures come the same way; what it does takes 20–50 ms. */
export async function openProbeSession(options: ProbeSessionOptions): Promise<ProbeSession> {
  checkThisMachine();
  const target = findTarget(options.pid, options.executablePath);
  const manifest = withOptions(resolveManifest(options.binary, options.families), options);
  if (manifest.hooks.length === 0) throw nothingToProbe(manifest);
  const probes = openProbes(manifest, options);
  try {
    return await attachSession({ options, target, manifest, probes });
  } catch (error) {
    probes.close();
    throw error;
  }
}

function withOptions(manifest: Manifest, options: ProbeSessionOptions): Manifest {
  const { mapSampleEvery, flightStacks = true } = options;
  const sampling = mapSampleEvery === undefined ? {} : { map_sample_every: mapSampleEvery };
  const hooks = flightStacks ? manifest.hooks : manifest.hooks.filter(({ hook }) => hook !== PARK_HOOK);
  return { ...manifest, hooks, constants: { ...manifest.constants, ...sampling } };
}

function nothingToProbe(manifest: Manifest): MapscopeError {
  const reasons = manifest.off.map(({ family, reason }) => `${family}: ${reason}`).join('; ');
  const message = `nothing to probe in this ${manifest.goVersion} binary (${reasons || 'no family was asked for'}): choose other families`;
  return new MapscopeError('PROBE_REFUSED', message, { facts: { goVersion: manifest.goVersion } });
}
