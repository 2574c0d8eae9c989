/**
 * Probes by policy: twice a second what the policies want of the processes of this host is compared with what runs, and
 * the difference carried out. Time moves the ramps, so this goes on while Kafka is away, with what was wanted last.
 *
 *   /proc ─ scan.ts ─► seen ─ places.ts ─► processes ─┐
 *   mapscope.wanted.v1 ─ policy-desk.ts ─► policies ──┴─ planTargets ─► attach, change, detach ─► runTarget
 */
import type { FamilyName } from '@mapscope/probe';
import { planTargets, type ProcessFacts, type Selector, type WantedProbes } from '@mapscope/rollout';
import { pause } from '@mapscope/stream';
import { makeBinaryCache } from '../../executable/binary-cache.ts';
import { throttledProblems } from '../../process/problems.ts';
import type { Hub } from '../hub.ts';
import { ALL_FAMILIES } from '../options.ts';
import { processText } from '../process-table.ts';
import { runTarget } from '../run-target.ts';
import { mayMatch } from '../targets/decide-targets.ts';
import { openSeen } from '../targets/open-seen.ts';
import { makeScanner, type Scanner, type SeenTarget } from '../targets/scan.ts';
import { asError, tellFailed } from '../targets/tell-failed.ts';
import { hostName } from './host-name.ts';
import { instanceOf, makePlaces, type Places } from './places.ts';

const LOOK_MILLIS = 500;
/** What could not be attached may be possible later. */
const RETRY_MILLIS = 60_000;

interface Run {
  readonly probes: WantedProbes;
  readonly ending: AbortController;
  readonly done: Promise<void>;
}

interface Watch {
  readonly hub: Hub;
  readonly stop: AbortSignal;
  readonly cache: ReturnType<typeof makeBinaryCache>;
  readonly places: Places;
  /** by identity */
  readonly runs: Map<string, Run>;
  /** by image: what ended or failed is left alone until then */
  readonly resting: Map<string, number>;
}

export async function watchPolicies(hub: Hub, stop: AbortSignal): Promise<void> {
  const { reporter, policyDesk } = hub;
  const places = makePlaces(hostName());
  const watch: Watch = { hub, stop, cache: makeBinaryCache(), places, runs: new Map(), resting: new Map() };
  const onProblem = throttledProblems(reporter, 'looking for processes, trying again');
  let scanner: Scanner | undefined;
  let revision = -1;
  reporter.event('ready', { role: 'agent', pid: process.pid, policies: policyDesk.policies().length });
  while (!stop.aborted) {
    // What was of no interest to the policies of before may be to those of now.
    if (scanner === undefined || revision !== policyDesk.revision()) scanner = scannerFor(watch);
    revision = policyDesk.revision();
    await round(watch, scanner).catch((error: unknown) => onProblem(asError(error)));
    await pause(LOOK_MILLIS, stop);
  }
  await Promise.all([...watch.runs.values()].map(({ done }) => done));
  reporter.event('stopped', { role: 'agent', reason: 'signal' });
}

function scannerFor({ hub, cache }: Watch): Scanner {
  const selectors: readonly Selector[] = hub.policyDesk.policies().flatMap((policy) => policy.selectors);
  return makeScanner({
    cache,
    mayMatch: (facts) => mayMatch(selectors, facts),
    onLeftOut: ({ pid, exe }, error) => hub.reporter.log('debug', `left out: ${asError(error).message}`, { pid, exe }),
  });
}

async function round(watch: Watch, scanner: Scanner): Promise<void> {
  const { hub, places, runs, resting } = watch;
  const seen = await scanner.scan();
  const now = Date.now();
  for (const [image, until] of resting) if (until <= now) resting.delete(image);
  const identities = places.assign(seen.map((one) => ({ image: one.image, ...instanceFacts(one) })));
  const targets = new Map(seen.map((one) => [identities.get(one.image) ?? '', one]));
  const processes = [...targets].map(([identity, { facts }]): ProcessFacts => ({ ...facts, identity }));
  const { actions } = planTargets({
    policies: hub.policyDesk.policies(),
    processes: processes.filter(
      ({ identity }) => runs.has(identity) || !resting.has(targets.get(identity)?.image ?? ''),
    ),
    running: new Map([...runs].map(([identity, { probes }]) => [identity, probes])),
    nowUnixMillis: now,
    hostBudgetShare: hub.config.hostBudgetPercent / 100,
    killed: false,
  });
  for (const action of actions) {
    const target = targets.get(action.identity);
    if (action.action !== 'attach') runs.get(action.identity)?.ending.abort(action.action);
    else if (target !== undefined && !watch.stop.aborted) begin(watch, action.identity, target, action.probes);
  }
}

/** Read once: the scanner gives the same object as long as the process runs its program. */
const instances = new WeakMap<SeenTarget, string>();

function instanceFacts(seen: SeenTarget): { readonly buildId: string; readonly instance: string } {
  const { pid, buildId, cgroup } = seen.facts;
  const known = instances.get(seen);
  const read = () => instanceOf({ environ: processText(pid, 'environ'), cmdline: processText(pid, 'cmdline'), cgroup });
  const instance = known ?? read();
  instances.set(seen, instance);
  return { buildId, instance };
}

function begin(watch: Watch, identity: string, seen: SeenTarget, probes: WantedProbes): void {
  const ending = new AbortController();
  const done = probe(watch, seen, probes, ending.signal)
    .catch((error: unknown) => {
      watch.resting.set(seen.image, Date.now() + RETRY_MILLIS);
      tellFailed(watch.hub, seen, error);
    })
    .finally(() => watch.runs.delete(identity));
  watch.runs.set(identity, { probes, ending, done });
}

async function probe({ hub, stop, cache, resting }: Watch, seen: SeenTarget, probes: WantedProbes, end: AbortSignal) {
  const service = hub.config.service ?? seen.facts.service;
  using target = await openSeen(seen, cache, service);
  using control = hub.desk.open(service, Date.now());
  const { reporter } = hub;
  const about = { pid: target.pid, service, policies: probes.policies };
  const onAttached = (): void => reporter.event('policy-attached', about);
  const signal = AbortSignal.any([stop, end]);
  const outcome = await runTarget(settingsFor(hub, probes), target, { control, stop: signal, onAttached });
  const reason = end.aborted ? 'policy' : (outcome?.reason ?? 'killed');
  // Switched off by name: asked again later, whether it still is.
  if (reason === 'killed' || reason === 'ttl-expired') resting.set(seen.image, Date.now() + RETRY_MILLIS);
  reporter.event('detached', { ...outcome?.facts, ...about, reason });
}

/** The agent's own settings, with what the policies say in their place. */
function settingsFor(hub: Hub, { families, budgetShare }: WantedProbes): Hub {
  const known = ALL_FAMILIES.filter((family): family is FamilyName => families.includes(family));
  return { ...hub, config: { ...hub.config, families: known }, budgetCores: budgetShare };
}
