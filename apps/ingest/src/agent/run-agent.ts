/**
 * The role `agent`: probes → batches → Kafka. Watches one process (`--pid`, `--exe`) and ends with it, or all that fit
 * (`--target`) until it is told to end.
 */
import type { Reporter } from '../process/reporter.ts';
import { type Hub, openHub } from './hub.ts';
import { type Target, openTarget } from './find-target.ts';
import { type AgentConfig, agentScope, checkedRingBytes } from './options.ts';
import { overheadShare } from './governor/overhead.ts';
import { resolveExecutable } from './process-table.ts';
import { sendWhatWasLeft } from './run-spool.ts';
import { DRAIN_MILLIS, runTarget } from './run-target.ts';
import { notPublished } from './target-facts.ts';
import { watchPolicies } from './policies/watch-policies.ts';
import { watchTargets } from './targets/watch-targets.ts';

export async function runAgent(config: AgentConfig, reporter: Reporter, stop: AbortSignal): Promise<void> {
  checkedRingBytes(config.ringBytes);
  overheadShare(config.overheadPercent);
  const scope = agentScope(config, resolveExecutable);
  // A wrong pid is told before Kafka is asked for anything.
  using target = scope.watch === 'one' ? await openTarget(scope.choice, config.service) : undefined;
  await using opened = await openHub(config, reporter);
  const ended = new AbortController();
  const sending = sendWhatWasLeft(opened.hub, AbortSignal.any([stop, ended.signal]));
  try {
    if (scope.watch === 'policies') await watchPolicies(opened.hub, stop);
    else if (scope.watch === 'many') await watchTargets(opened.hub, scope.selectors, stop);
    else if (target !== undefined) await runOne(opened.hub, target, stop);
  } finally {
    ended.abort();
    await sending;
  }
}

async function runOne(hub: Hub, target: Target, stop: AbortSignal): Promise<void> {
  const { reporter, desk } = hub;
  const { service } = target;
  using control = desk.open(service, Date.now());
  const onAttached = (): void => reporter.event('ready', { role: 'agent', pid: process.pid });
  const outcome = await runTarget(hub, target, { control, stop, onAttached });
  if (outcome === undefined) {
    reporter.event('stopped', { role: 'agent', service, reason: 'killed', attached: false });
    return;
  }
  const { facts, reason, complete } = outcome;
  reporter.event('stopped', { role: 'agent', reason, ...facts });
  if (!complete) throw notPublished(facts, DRAIN_MILLIS);
}
