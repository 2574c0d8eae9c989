/**
 * All processes that fit, each with probes of its own (run-target.ts): looks twice a second who runs, attaches to who is
 * new, and goes on whatever becomes of any of them.
 *
 *   /proc ─ scan.ts ─► seen ─ decide-targets.ts ─► attach ─► runTarget … ended ─► resting, until forgotten or free again
 */
import { MapscopeError } from '@mapscope/events';
import type { Selector } from '@mapscope/rollout';
import { pause } from '@mapscope/stream';
import { makeBinaryCache } from '../../executable/binary-cache.ts';
import { throttledProblems } from '../../process/problems.ts';
import type { Hub } from '../hub.ts';
import { DRAIN_MILLIS, runTarget } from '../run-target.ts';
import { notPublished } from '../target-facts.ts';
import { type CheapFacts, type Standing, decideTargets, isNamed, mayMatch } from './decide-targets.ts';
import { openSeen } from './open-seen.ts';
import { type SeenTarget, makeScanner } from './scan.ts';
import { asError, tellFailed } from './tell-failed.ts';

/** With reading a program and attaching to it, which take a tenth of a second each, a new process is probed within 1 s. */
const SCAN_MILLIS = 500;
/** What could not be attached may be possible later: memory, another tool's probes. */
const RETRY_MILLIS = 60_000;

/** One image of a process. */
interface Entry {
  readonly service: string;
  readonly startedUnixMillis: number;
  rest: 'none' | 'running' | 'switched-off' | 'ended' | { readonly untilUnixMillis: number };
  failures: number;
  run: Promise<void>;
}

interface Watch {
  readonly hub: Hub;
  readonly stop: AbortSignal;
  readonly entries: Map<string, Entry>;
  readonly cache: ReturnType<typeof makeBinaryCache>;
  readonly totals: { targets: number; droppedRows: number; spooledRows: number; incomplete: boolean };
}

export async function watchTargets(hub: Hub, selectors: readonly Selector[], stop: AbortSignal): Promise<void> {
  const { reporter, config } = hub;
  const totals = { targets: 0, droppedRows: 0, spooledRows: 0, incomplete: false };
  const watch: Watch = { hub, stop, entries: new Map(), cache: makeBinaryCache(), totals };
  const scanner = makeScanner({
    cache: watch.cache,
    mayMatch: (facts) => mayMatch(selectors, facts),
    onLeftOut: (facts, error) => tellLeftOut(hub, facts, isNamed(selectors, facts), error),
  });
  const onProblem = throttledProblems(reporter, 'looking for processes, trying again');
  const onFull = throttledProblems(reporter, 'a process is not probed');
  const round = async (): Promise<void> => {
    const seen = await scanner.scan();
    const known = standings(watch);
    const decision = decideTargets({ known, seen, selectors, maxTargets: config.maxTargets });
    for (const image of decision.forget) watch.entries.delete(image);
    for (const { image } of decision.attach) {
      const target = seen.find((one) => one.image === image);
      if (target !== undefined && !stop.aborted) begin(watch, target);
    }
    for (const { facts } of decision.noRoom) onFull(noRoom(config.maxTargets, facts.pid));
  };
  await round();
  reporter.event('ready', { role: 'agent', pid: process.pid, targets: watch.entries.size });
  while (!stop.aborted) {
    await pause(SCAN_MILLIS, stop);
    if (!stop.aborted) await round().catch((error: unknown) => onProblem(asError(error)));
  }
  await Promise.all([...watch.entries.values()].map(({ run }) => run));
  reporter.event('stopped', {
    role: 'agent',
    reason: 'signal',
    targets: totals.targets,
    droppedRows: totals.droppedRows,
  });
  if (totals.incomplete) throw notPublished(totals, DRAIN_MILLIS);
}

function standings({ entries, hub }: Watch): ReadonlyMap<string, Standing> {
  return new Map([...entries].map(([image, entry]) => [image, standingOf(hub, entry)]));
}

function standingOf({ desk }: Hub, { rest, service, startedUnixMillis }: Entry): Standing {
  switch (rest) {
    case 'none':
      return 'free';
    case 'running':
      return 'running';
    case 'ended':
      return 'resting';
    case 'switched-off': {
      using control = desk.open(service, startedUnixMillis);
      return control.mayAttach() ? 'free' : 'resting';
    }
    default:
      return rest.untilUnixMillis <= Date.now() ? 'free' : 'resting';
  }
}

function begin(watch: Watch, seen: SeenTarget): void {
  const { hub, entries } = watch;
  const service = hub.config.service ?? seen.facts.service;
  const known = entries.get(seen.image);
  const entry: Entry = known ?? { service, startedUnixMillis: Date.now(), rest: 'none', failures: 0, run: DONE };
  entries.set(seen.image, entry);
  entry.rest = 'running';
  entry.run = probe(watch, seen, entry).catch((error: unknown) => {
    entry.rest = { untilUnixMillis: Date.now() + RETRY_MILLIS };
    if (entry.failures++ === 0) tellFailed(hub, seen, error);
  });
}

const DONE = Promise.resolve();

async function probe({ hub, stop, cache, totals }: Watch, seen: SeenTarget, entry: Entry): Promise<void> {
  using target = await openSeen(seen, cache, entry.service);
  using control = hub.desk.open(entry.service, entry.startedUnixMillis);
  const outcome = await runTarget(hub, target, { control, stop, onAttached: () => void totals.targets++ });
  const reason = outcome?.reason ?? 'killed';
  entry.rest = reason === 'killed' || reason === 'ttl-expired' ? 'switched-off' : 'ended';
  if (outcome === undefined) return;
  hub.reporter.event('detached', { reason, ...outcome.facts });
  totals.droppedRows += outcome.facts.droppedRows;
  totals.spooledRows += outcome.facts.spooledRows;
  totals.incomplete ||= !outcome.complete;
}

/** A broad selector meets every program of the host: only what was named is worth a warning. */
function tellLeftOut({ reporter }: Hub, { pid, exe }: CheapFacts, named: boolean, error: unknown): void {
  const code = error instanceof MapscopeError ? error.code : 'INTERNAL';
  const level = code === 'INTERNAL' || (named && code !== 'TARGET_NOT_FOUND') ? 'warn' : 'debug';
  reporter.log(level, `left out: ${asError(error).message}`, { pid, exe, code });
}

function noRoom(maxTargets: number, pid: number): MapscopeError {
  const text = `${maxTargets} processes are probed already and process ${pid} would be one more: raise --max-targets or narrow --target`;
  return new MapscopeError('CONFIG_INVALID', text, { facts: { maxTargets, pid } });
}
