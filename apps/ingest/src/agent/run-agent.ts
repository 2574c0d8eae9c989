/** The role `agent`: probes → batches → Kafka. Here everything real is put together; the order is run-session.ts. */
import { randomBytes } from 'node:crypto';
import { type Clock, MapscopeError, parseAgentId } from '@mapscope/events';
import { type ProbeSession, openProbeSession } from '@mapscope/probe';
import { MAX_VALUE_BYTES, type Publisher, type Stream, backoffMillis, connectStream, pause } from '@mapscope/stream';
import { throttledProblems } from '../process/problems.ts';
import type { Reporter } from '../process/reporter.ts';
import { systemClock } from '../process/system-clock.ts';
import { type Control, makeControl } from './control.ts';
import { type AgentIdentity, type Batcher, type PreparedBatch, makeBatcher } from './batcher.ts';
import { type Target, findTarget } from './find-target.ts';
import { type AgentConfig, checkedRingBytes } from './options.ts';
import type { KeptJournal } from './journal/keep-journal.ts';
import { type PublishQueue, makePublishQueue } from './publish-queue.ts';
import { type Recording, openRecording } from './recording.ts';
import { openJournal, settleBefore } from './run-journal.ts';
import { type RunOutcome, runSession } from './run-session.ts';
import { ringByKind } from './status-columns.ts';
import { type StatusSender, makeStatusSender } from './status-sender.ts';
import { whenToStop } from './stop-reasons.ts';
import { type Tally, emptyTally, nonZero, note, totalRows } from './tally.ts';

const STATUS_MILLIS = 2_000;
/** Below the 20 s that those who stop us usually wait before they kill. */
const DRAIN_MILLIS = 12_000;
const MAX_WAITING_BATCHES = 4_096;
const RETRY_BACKOFF = { firstMillis: 200, maxMillis: 5_000 };

/** What the parts of one run share. */
interface Run {
  readonly config: AgentConfig;
  readonly reporter: Reporter;
  readonly clock: Clock;
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

export async function runAgent(config: AgentConfig, reporter: Reporter, stop: AbortSignal): Promise<void> {
  const clock = systemClock();
  checkedRingBytes(config.ringBytes);
  const target = await findTarget(config);
  await using stream = await connectStream({
    brokers: config.kafkaBrokers,
    clientId: 'mapscope-agent',
    topicPrefix: config.topicPrefix,
    onLog: (line) => reporter.log('debug', line.message, line.facts),
  });
  await stream.ensureTopics();
  const identity = identify(target, clock);
  await using recording = await openRecording({ path: config.capture, identity, target, clock, reporter });
  const run = prepareRun({ config, reporter, clock, target, identity }, await stream.publisher(), recording);
  const control = await watchWanted(stream, run);
  if (!control.mayAttach()) return await refuseSwitchedOff(run);
  using watched = await openSession(run);
  const settling = settleBefore(run, { ...meansOf(run), attachedUnixNanos: clock.unixNanos() });
  reportAttached(run, watched.session);
  try {
    const outcome = await follow(run, watched, { control, stop });
    reportStopped(run, watched.session, outcome);
  } finally {
    await settling.stop();
  }
}

function identify({ service, platform }: Target, clock: Clock): AgentIdentity {
  const agent = parseAgentId(randomBytes(16).toString('hex'));
  return { agent, boot: clock.unixNanos(), service, platform };
}

type Basis = Pick<Run, 'config' | 'reporter' | 'clock' | 'target' | 'identity'>;

function prepareRun(basis: Basis, publisher: Publisher, recording: Recording): Run {
  const { identity } = basis;
  const publishAs: Run['publishAs'] = async ({ agent }, { kind, value }) => {
    await publisher.publish({ topic: 'probe', orderKey: `${agent}/${kind}`, value });
  };
  const publish = async (batch: PreparedBatch): Promise<void> => {
    await publishAs(identity, batch);
    await recording.append(batch.value);
  };
  const onProblem = throttledProblems(basis.reporter, 'batch not published yet, trying again');
  const bounds = { maxBatches: MAX_WAITING_BATCHES, maxBytes: basis.config.queueBytes };
  const queue = makePublishQueue({ publish, onProblem, pause: waitBeforeRetry }, bounds);
  const batcher = makeBatcher(identity, MAX_VALUE_BYTES);
  return { ...basis, batcher, publish, publishAs, queue, handed: emptyTally() };
}

function waitBeforeRetry(attempt: number, signal: AbortSignal): Promise<void> {
  return pause(backoffMillis(RETRY_BACKOFF, attempt, Math.random()), signal);
}

/** The kill switch is read before anything is attached: a service switched off is not touched. */
async function watchWanted(stream: Stream, { config, target, reporter }: Run): Promise<Control> {
  const onProblem = throttledProblems(reporter, 'watching what is wanted');
  const control = makeControl({
    service: target.service,
    ttlMillis: config.ttlSeconds * 1_000,
    startedUnixMillis: Date.now(),
    nowUnixMillis: Date.now,
    onProblem,
  });
  await stream.watchWanted({ onWanted: control.onWanted, onProblem });
  return control;
}

async function refuseSwitchedOff(run: Run): Promise<void> {
  const { target, reporter } = run;
  const text = `probes of ${target.service} are switched off: switch them on with PUT /api/v1/probes, then start the agent again`;
  reporter.log('warn', text);
  const settling = settleBefore(run, { ...meansOf(run), attachedUnixNanos: undefined });
  await settling.within(DRAIN_MILLIS);
  reporter.event('stopped', { role: 'agent', service: target.service, reason: 'killed', attached: false });
}

const meansOf = ({ publishAs }: Run) => ({ publishAs, pause: waitBeforeRetry });

interface Watched extends Disposable {
  readonly session: ProbeSession;
  readonly journal: KeptJournal;
}

async function openSession(run: Run): Promise<Watched> {
  const { config, target, queue, reporter, handed } = run;
  const full = throttledProblems(reporter, 'rows dropped and counted');
  // The first columns may come before the session is in our hands; the ring's counts are then told by the next ones.
  const held: { session?: ProbeSession; journal?: KeptJournal } = {};
  const session = await openProbeSession({
    pid: target.pid,
    executablePath: target.executablePath,
    binary: target.binary,
    families: config.families,
    ringBytes: config.ringBytes,
    flightBytes: config.flightBytes,
    flushMillis: config.flushMillis,
    service: target.service,
    platform: target.platform,
    clock: run.clock,
    onColumns: (columns) => {
      note(handed, columns);
      held.journal?.note();
      const ring = ringByKind(held.session?.counters() ?? []).get(columns.kind) ?? { submitted: 0n, lost: 0n };
      const kept = run.batcher.prepare(columns, ring).map((batch) => queue.offer(batch));
      if (kept.includes(false)) full(new MapscopeError('KAFKA_UNREACHABLE', QUEUE_FULL));
    },
    onProblem: throttledProblems(reporter, 'probe'),
  });
  const ring = (): ReturnType<typeof ringByKind> => ringByKind(session.counters());
  const journal = openJournal(run, { session, ring, handed, published: queue.published });
  Object.assign(held, { session, journal });
  return { session, journal, [Symbol.dispose]: journal[Symbol.dispose] };
}

const QUEUE_FULL =
  'the queue to Kafka is full: Kafka is away or too slow; bring it back, or give more room by --queue-bytes';

function reportAttached({ reporter, identity, target }: Run, session: ProbeSession): void {
  const { manifest } = session;
  reporter.event('attached', {
    pid: target.pid,
    service: target.service,
    probes: session.probeCount,
    attachMs: Number(session.attachNanos) / 1e6,
    manifest: manifest.hooks.map(({ family, function: name, instruction }) => ({
      family,
      function: name,
      instruction,
    })),
    gaps: manifest.gaps,
    off: manifest.off,
    families: manifest.families,
    goVersion: manifest.goVersion,
    buildId: manifest.buildId,
    platform: target.platform,
    agent: identity.agent,
  });
  for (const { family, reason } of manifest.off) reporter.log('warn', `family ${family} is off: ${reason}`);
  reporter.event('ready', { role: 'agent', pid: process.pid });
}

interface Ends {
  readonly control: Control;
  readonly stop: AbortSignal;
}

function follow(run: Run, { session, journal }: Watched, { control, stop }: Ends): Promise<RunOutcome> {
  const { target, reporter, queue, batcher, publish, clock } = run;
  const { service, platform, pid } = target;
  const { probeCount: probes, attachNanos, manifest } = session;
  const status = makeStatusSender({
    batcher,
    publish,
    clock,
    pause: waitBeforeRetry,
    onProblem: throttledProblems(reporter, 'status not published'),
    facts: { service, platform, pid, buildId: manifest.buildId, probes, attachNanos },
    ring: () => ringByKind(session.counters()),
    published: queue.published,
  });
  const final: StatusSender['final'] = async (state, deadline) => {
    const told = await status.final(state, deadline);
    if (told) journal.remove();
    return told;
  };
  return runSession({
    session,
    queue,
    status: { tick: status.tick, final },
    stop: whenToStop({ signal: stop, pid, control }),
    onStopping: (reason) => {
      if (reason !== 'signal') reporter.event(reason, { service, pid });
      reporter.log('info', `detaching: ${reason}`);
    },
    statusMillis: STATUS_MILLIS,
    drainMillis: DRAIN_MILLIS,
  });
}

function reportStopped({ reporter, target, queue }: Run, session: ProbeSession, outcome: RunOutcome): void {
  const droppedRows = totalRows(queue.dropped);
  reporter.event('stopped', {
    role: 'agent',
    service: target.service,
    reason: outcome.reason,
    ring: Object.fromEntries(ringByKind(session.counters())),
    published: nonZero(queue.published),
    dropped: nonZero(queue.dropped),
    health: session.health(),
  });
  if (outcome.complete) return;
  const text = `${droppedRows} rows could not be published within ${DRAIN_MILLIS} ms of stopping and are lost: bring Kafka back before stopping the agent`;
  throw new MapscopeError('KAFKA_UNREACHABLE', text, { facts: { droppedRows } });
}
