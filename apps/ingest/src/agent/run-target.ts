/**
 * The probes of one process, from looking whether they are wanted to their last status: identity, queue, session,
 * status and journal of their own, on the agent's one connection. The order at the end is run-session.ts.
 */
import { randomBytes } from 'node:crypto';
import { MapscopeError, parseAgentId } from '@mapscope/events';
import { buildText } from '@mapscope/golang';
import { type ProbeSession, openProbeSession } from '@mapscope/probe';
import { MAX_VALUE_BYTES, backoffMillis, pause } from '@mapscope/stream';
import { throttledProblems } from '../process/problems.ts';
import { type AgentIdentity, type Batcher, type PreparedBatch, makeBatcher } from './batcher.ts';
import type { Control } from './control.ts';
import type { Target } from './find-target.ts';
import type { Hub } from './hub.ts';
import type { Facts } from '../process/reporter.ts';
import type { SessionGovernor } from './governor/govern-session.ts';
import type { KeptJournal } from './journal/keep-journal.ts';
import { cpuNanos } from './process-table.ts';
import { structRows } from './platform/struct-rows.ts';
import { type PublishQueue, makePublishQueue } from './publish-queue.ts';
import { type Recording, openRecording } from './recording.ts';
import type { AgentConfig } from './options.ts';
import { openGovernor, shedByKind, shedFacts } from './run-governor.ts';
import { openJournal, settleBefore } from './run-journal.ts';
import { type RunOutcome, runSession } from './run-session.ts';
import { type Rolling, rollDumps } from './roll-dumps.ts';
import { spoolOfRun } from './run-spool.ts';
import type { SessionPort } from './session-port.ts';
import { ringByKind } from './status-columns.ts';
import { type StatusSender, makeStatusSender } from './status-sender.ts';
import { whenToStop } from './stop-reasons.ts';
import { type Tally, emptyTally, note } from './tally.ts';
import { type Begun, attachedFacts, endedFacts } from './target-facts.ts';

const STATUS_MILLIS = 2_000;
/** Below the 20 s that those who stop us usually wait before they kill. */
export const DRAIN_MILLIS = 12_000;
const RETRY_BACKOFF = { firstMillis: 200, maxMillis: 5_000 };

export interface TargetEnds {
  readonly control: Control;
  readonly stop: AbortSignal;
  readonly onAttached: () => void;
}

/** undefined: its service is switched off, and nothing was attached */
export type TargetOutcome =
  | (RunOutcome & { readonly facts: ReturnType<typeof endedFacts> & { readonly shed: Facts } })
  | undefined;

/** What the parts of one run share. */
interface Run extends Pick<Hub, 'config' | 'reporter' | 'clock' | 'settleInTurn' | 'budgetCores'> {
  readonly target: Target;
  readonly identity: AgentIdentity;
  readonly batcher: Batcher;
  readonly publish: (batch: PreparedBatch) => Promise<void>;
  /** of this or another agent; not part of a recording */
  readonly publishAs: (identity: AgentIdentity, batch: PreparedBatch) => Promise<void>;
  readonly queue: PublishQueue;
  /** rows read from the ring */
  readonly handed: Tally;
}

export async function runTarget(hub: Hub, target: Target, ends: TargetEnds): Promise<TargetOutcome> {
  const { config, reporter, clock } = hub;
  const agent = parseAgentId(randomBytes(16).toString('hex'));
  const identity = { agent, boot: clock.unixNanos(), service: target.service, platform: target.platform };
  await using recording = await openRecording({ path: config.capture, identity, target, clock, reporter });
  const run = prepareRun(hub, target, identity, recording);
  if (!ends.control.mayAttach()) {
    await settleUnattached(run);
    return undefined;
  }
  using watched = await openSession(run);
  const settling = settleBefore(run, { ...meansOf(run), attachedUnixNanos: clock.unixNanos() });
  reportAttached(run, watched);
  ends.onAttached();
  try {
    const outcome = await follow(run, watched, ends);
    const facts = endedFacts({ target, identity, queue: run.queue, session: watched.session });
    return { ...outcome, facts: { ...facts, shed: shedFacts(watched.governor) } };
  } finally {
    await settling.stop();
  }
}

function prepareRun(hub: Hub, target: Target, identity: AgentIdentity, recording: Recording): Run {
  const { config, reporter, clock, settleInTurn, budgetCores } = hub;
  const publishAs: Run['publishAs'] = async ({ agent }, { kind, value }) => {
    await hub.publisher.publish({ topic: 'probe', orderKey: `${agent}/${kind}`, value });
  };
  const publish = async (batch: PreparedBatch): Promise<void> => {
    await publishAs(identity, batch);
    await recording.append(batch.value);
  };
  const onProblem = throttledProblems(reporter, 'batch not published yet, trying again');
  const openSpool = spoolOfRun({ config, identity, reporter, spoolRoom: hub.spoolRoom });
  const queue = makePublishQueue({ publish, onProblem, pause: waitBeforeRetry, openSpool }, hub.room);
  const batcher = makeBatcher(identity, MAX_VALUE_BYTES);
  const budget = budgetCores === undefined ? {} : { budgetCores };
  const shared = { config, reporter, clock, settleInTurn, target, identity, ...budget };
  return { ...shared, batcher, publish, publishAs, queue, handed: emptyTally() };
}

function waitBeforeRetry(attempt: number, signal: AbortSignal): Promise<void> {
  return pause(backoffMillis(RETRY_BACKOFF, attempt, Math.random()), signal);
}

const meansOf = ({ publishAs }: Run) => ({ publishAs, pause: waitBeforeRetry });

async function settleUnattached(run: Run): Promise<void> {
  const { service } = run.target;
  const text = `probes of ${service} are switched off: switch them on with PUT /api/v1/probes`;
  run.reporter.log('warn', text, { pid: run.target.pid });
  await settleBefore(run, { ...meansOf(run), attachedUnixNanos: undefined }).within(DRAIN_MILLIS);
}

interface Watched extends Begun, Disposable {
  readonly journal: KeptJournal;
  readonly governor: SessionGovernor;
  readonly rolling: Rolling | undefined;
}

/** What no ring counts. */
const NOT_COUNTED = { submitted: 0n, lost: 0n };

async function openSession(run: Run): Promise<Watched> {
  const { config, target, queue, reporter, handed } = run;
  const full = throttledProblems(reporter, 'rows dropped and counted');
  // The first columns may come before the session is in our hands; the ring's counts are then told by the next ones.
  const held: { session?: ProbeSession; journal?: KeptJournal } = {};
  const structs = structRows(target);
  const begin = run.clock.monotonicNanos();
  const session = await openProbeSession({
    ...sessionSettings(config, target),
    clock: run.clock,
    onColumns: (columns) => {
      note(handed, columns);
      held.journal?.note();
      const ring = ringByKind(held.session?.counters() ?? []).get(columns.kind) ?? { submitted: 0n, lost: 0n };
      const layouts = structs(columns, run.clock.unixNanos());
      const batches = [
        ...run.batcher.prepare(columns, ring),
        ...(layouts ? run.batcher.prepare(layouts, NOT_COUNTED) : []),
      ];
      const kept = batches.map((batch) => queue.offer(batch));
      if (kept.includes(false)) full(new MapscopeError('KAFKA_UNREACHABLE', QUEUE_FULL));
    },
    onProblem: throttledProblems(reporter, 'probe'),
  });
  const openMillis = Number(run.clock.monotonicNanos() - begin) / 1e6;
  const ring = (): ReturnType<typeof ringByKind> => ringByKind(session.counters());
  const journal = openJournal(run, { session, ring, handed, published: queue.published });
  Object.assign(held, { session, journal });
  const governor = openGovernor(run, session);
  const rolling = openRolling(run, session, governor);
  return { session, openMillis, journal, governor, rolling, [Symbol.dispose]: journal[Symbol.dispose] };
}

function openRolling({ config, reporter }: Run, session: ProbeSession, governor: SessionGovernor): Rolling | undefined {
  const everyMillis = config.goroutineDumpSeconds * 1000;
  if (everyMillis === 0 || !session.manifest.families.includes('goroutine')) return undefined;
  const isOff = (): boolean => governor.isOff('goroutine');
  return rollDumps({ session, everyMillis, isOff, pause, onProblem: throttledProblems(reporter, 'flight recorder') });
}

function sessionSettings(config: AgentConfig, target: Target) {
  const { families, ringBytes, flightBytes, flushMillis, panicValues } = config;
  const named = config.traceLabels?.split(',');
  const { pid, executablePath, binary, service, platform } = target;
  const asked = { families, ringBytes, flightBytes, flushMillis, panicValues };
  return {
    ...asked,
    ...(named === undefined ? {} : { traceLabels: named }),
    pid,
    executablePath,
    binary,
    service,
    platform,
  };
}

const QUEUE_FULL =
  'the queue to Kafka and the disk behind it are full: Kafka is away or too slow; bring it back, or give more room by --spool-bytes';

function reportAttached({ reporter, identity, target }: Run, begun: Begun): void {
  reporter.event('attached', attachedFacts(target, identity, begun));
  for (const { family, reason } of begun.session.manifest.off) {
    reporter.log('warn', `family ${family} is off: ${reason}`, { pid: target.pid });
  }
}

/** Nothing is switched any more once the probes go. */
const governed = ({ session, governor, rolling }: Watched): SessionPort => ({
  ...session,
  detach: async () => {
    await rolling?.stop();
    await governor.stop();
    await session.detach();
  },
});

function follow(run: Run, watched: Watched, { control, stop }: TargetEnds): Promise<RunOutcome> {
  const { target, reporter, queue, batcher, publish, clock } = run;
  const { session, journal, governor } = watched;
  const { service, platform, pid, born } = target;
  const { modules } = target.binary;
  const { probeCount: probes, attachNanos, manifest } = session;
  const status = makeStatusSender({
    batcher,
    publish,
    clock,
    pause: waitBeforeRetry,
    onProblem: throttledProblems(reporter, 'status not published'),
    facts: { service, platform, pid, buildId: manifest.buildId, build: buildText(modules), probes, attachNanos },
    cpuNanos: () => cpuNanos(pid),
    ring: () => ringByKind(session.counters()),
    published: queue.published,
    shed: () => shedByKind(governor),
  });
  const final: StatusSender['final'] = async (state, deadline) => {
    const told = await status.final(state, deadline);
    if (told) journal.remove();
    return told;
  };
  return runSession({
    session: governed(watched),
    queue,
    status: { tick: status.tick, final },
    stop: whenToStop({ signal: stop, pid, born, control }),
    onStopping: (reason) => {
      if (reason !== 'signal') reporter.event(reason, { service, pid });
      reporter.log('info', `detaching: ${reason}`, { service, pid });
    },
    statusMillis: STATUS_MILLIS,
    drainMillis: DRAIN_MILLIS,
  });
}
