/** From what the reader's thread hands over to columns, and the dumps of the flight recorder that a crash calls for. */
import { PROBE_EVENT_KINDS } from '@mapscope/events';
import { waitReasons } from '@mapscope/golang';
import type { Frame } from '@mapscope/golang';
import type { SessionParts } from './attached-session.ts';
import { createConflictMemory } from './families/goroutine/conflicts.ts';
import type { FindConflict } from './families/goroutine/crash.ts';
import { createDumper, type Dumper } from './families/goroutine/dump.ts';
import type { AnyRawBatch } from './families/layouts.ts';
import type { FamilyName } from './families/families.ts';
import type { Manifest } from './manifest.ts';
import type { Origin } from './rows/origin.ts';
import { createRowMaker } from './rows/row-maker.ts';
import { stackRows } from './rows/stack-rows.ts';
import { createTimeAnchor, type TimeAnchor } from './rows/time-anchor.ts';
import { loadBias } from './symbols/load-bias.ts';
import { createStackTable, type StackTable } from './symbols/stack-table.ts';

export interface Taker {
  /** Called by the reader's thread: does not throw, or rows would vanish without a word. */
  readonly onBatches: (batches: readonly AnyRawBatch[]) => void;
  /** What led to a crash, if there was one and it was not told yet. Does not throw. */
  readonly dumpCrash: () => void;
  readonly dumper: Dumper | undefined;
}

export function createTaker(parts: SessionParts): Taker {
  const { onColumns, onProblem } = parts.options;
  const shared = openShared(parts);
  const conflicts = createConflictMemory();
  const makeRows = openRowMaker(parts, shared);
  const dumper = openDumper(parts, shared, conflicts.find);
  const told = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      onProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const handOver = (batches: readonly AnyRawBatch[]): void => {
    for (const columns of makeRows(batches)) {
      if (dumper !== undefined) conflicts.note(columns);
      onColumns(columns);
    }
  };
  const dumpCrash = (): void => told(() => dumper?.dumpCrash());
  return {
    onBatches: (batches) => {
      told(() => handOver(batches));
      if (batches.some(endsProcess)) dumpCrash();
    },
    dumpCrash,
    dumper,
  };
}

interface Shared {
  readonly origin: Origin;
  readonly bias: bigint;
  readonly stacks: StackTable;
  readonly anchor: TimeAnchor;
}

function openShared({ options, target, manifest, probes }: SessionParts): Shared {
  const { service, platform, pid, clock, binary } = options;
  const { buildId } = manifest;
  const bias = loadBias(binary, target.maps, target.inode);
  const addresses = probes.stackAddresses;
  const frames = (address: number): readonly Frame[] => binary.frames(address);
  const sites = new Set(manifest.hooks.map(({ fileOffset }) => fileOffset));
  const isProbed = (address: number): boolean => sites.has(binary.fileOffset(address) ?? -1);
  const stacks = createStackTable({ addresses, frames, loadBias: bias, buildId, isProbed });
  return { origin: { service, platform, pid, buildId }, bias, stacks, anchor: createTimeAnchor(clock) };
}

function openRowMaker({ options, manifest }: SessionParts, shared: Shared): ReturnType<typeof createRowMaker> {
  const { binary, clock, panicValues } = options;
  const inFile = (address: bigint): number => Number(address - shared.bias);
  return createRowMaker({
    ...shared,
    clock,
    callerless: callerlessEvents(manifest),
    typeName: (address) => binary.typeName(inFile(address)),
    mapType: (address) => binary.mapType(inFile(address)),
    panicValues: panicValues === true,
  });
}

function openDumper(
  { options, probes, manifest }: SessionParts,
  shared: Shared,
  findConflict: FindConflict,
): Dumper | undefined {
  const { binary, clock, onColumns } = options;
  const { recorder } = probes;
  if (recorder === undefined) return undefined;
  const { origin, stacks, anchor } = shared;
  const reasons = waitReasons(binary.goVersion);
  const callerless = callerlessHooks(manifest, 'goroutine');
  const { minor } = binary.goVersion;
  return createDumper({
    recorder,
    clock,
    onColumns,
    origin,
    toUnix: (monotonic) => {
      anchor.sample();
      return anchor.toUnix(monotonic);
    },
    stack: (id, hook, callerPc) => (callerless.has(hook) ? stacks.findWithCaller(id, callerPc) : stacks.find(id)),
    waitReason: (number) => reasons[number] ?? `reason ${number}`,
    tellsReasonWithoutPark: minor >= 21,
    hasGoidAtBirth: minor >= 24,
    findConflict,
    newStacks: () => {
      const fresh = stacks.takeNew();
      return fresh.length === 0 ? [] : [stackRows(fresh, origin, clock.unixNanos())];
    },
  });
}

const ENDINGS: ReadonlySet<number> = new Set([PROBE_EVENT_KINDS.fatal, PROBE_EVENT_KINDS.throw]);

/** A panic may still be recovered; where it is not, the end of the session finds the crash. */
function endsProcess(batch: AnyRawBatch): boolean {
  return batch.kind === 'probe_events' && batch.columns.event.some((event) => ENDINGS.has(event));
}

const EVENT_FUNCTIONS: Readonly<Record<string, number>> = {
  'runtime.fatal': PROBE_EVENT_KINDS.fatal,
  'runtime.throw': PROBE_EVENT_KINDS.throw,
  'runtime.gopanic': PROBE_EVENT_KINDS.panic,
};

function callerlessEvents(manifest: Manifest): ReadonlySet<number> {
  const hooks = callerlessHooks(manifest, 'fatal');
  const missing = manifest.hooks.filter(({ hook }) => hooks.has(hook));
  return new Set(missing.map((hook) => EVENT_FUNCTIONS[hook.function] ?? 0));
}

/** Only at `push %rbp` does the kernel know that it stands at an entry and finds the direct caller itself. */
function callerlessHooks({ hooks }: Manifest, family: FamilyName): ReadonlySet<number> {
  return new Set(hooks.filter((hook) => hook.family === family && hook.instruction !== 'push').map(({ hook }) => hook));
}
