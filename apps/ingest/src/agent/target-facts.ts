/** What is told of a target's probes when they begin and when they end. Pure. */
import { MapscopeError } from '@mapscope/events';
import type { ProbeSession } from '@mapscope/probe';
import type { Facts } from '../process/reporter.ts';
import type { AgentIdentity } from './batcher.ts';
import type { Target } from './find-target.ts';
import type { PublishQueue } from './publish-queue.ts';
import { ringByKind } from './status-columns.ts';
import { nonZero, totalRows } from './tally.ts';

export interface Begun {
  readonly session: ProbeSession;
  /** loading the programs, which the kernel checks, and attaching them */
  readonly openMillis: number;
}

export function attachedFacts(target: Target, { agent }: AgentIdentity, { session, openMillis }: Begun): Facts {
  const { hooks, gaps, off, families, goVersion, buildId } = session.manifest;
  return {
    pid: target.pid,
    service: target.service,
    probes: session.probeCount,
    openMs: openMillis,
    attachMs: Number(session.attachNanos) / 1e6,
    manifest: hooks.map(({ family, function: name, instruction }) => ({ family, function: name, instruction })),
    gaps,
    off,
    families,
    goVersion,
    buildId,
    platform: target.platform,
    agent,
  };
}

export interface Ended {
  readonly target: Target;
  readonly identity: AgentIdentity;
  readonly queue: PublishQueue;
  readonly session: ProbeSession;
}

export function endedFacts({ target, identity, queue, session }: Ended) {
  return {
    service: target.service,
    pid: target.pid,
    agent: identity.agent,
    ring: Object.fromEntries(ringByKind(session.counters())),
    published: nonZero(queue.published),
    dropped: nonZero(queue.dropped),
    droppedRows: totalRows(queue.dropped),
    spooledRows: queue.spooled().reduce((sum, { rows }) => sum + rows, 0),
    health: session.health(),
  };
}

export interface NotPublished {
  readonly droppedRows: number;
  readonly spooledRows: number;
}

export function notPublished({ droppedRows, spooledRows }: NotPublished, withinMillis: number): MapscopeError {
  const text = `${droppedRows} rows could not be published within ${withinMillis} ms of stopping and are lost, ${spooledRows} are on disk: bring Kafka back and start an agent with the same --data-dir, which sends them`;
  return new MapscopeError('KAFKA_UNREACHABLE', text, { facts: { droppedRows, spooledRows } });
}
