/**
 * A child process of tests: the writer as it runs, which does a harm of its own choosing at a step of its work. One argument,
 * JSON: ChaosWriter. One JSON object a line on stdout: what the writer tells, what it had trouble with, and `{"event":"harm"}`
 * before the harm.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopOnSignals } from '../../process/stop-signal.ts';
import { type Facts, makeReporter } from '../../process/reporter.ts';
import type { WriterConfig } from '../options.ts';
import { type WriterTuning, runWriter } from '../run-writer.ts';
import type { Step } from '../sink.ts';
import { stepClock } from './step-clock.ts';

export interface Harm {
  readonly step: Step;
  /** the n-th time that this process is at that step */
  readonly nth: number;
  /** SIGSTOP: it stands still until somebody says SIGCONT */
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  /** absent: this process itself */
  readonly pid?: number;
  /** an insert is under way for a few milliseconds: so far into it */
  readonly afterMillis: number;
}

export interface ChaosWriter {
  readonly config: WriterConfig;
  readonly tuning: Omit<WriterTuning, 'onStep'>;
  readonly harm?: Harm;
  /** the wall clock of this process is off by these, one after the other, two seconds each */
  readonly clockStepsMillis?: readonly number[];
}

// The argument is written by the starter.
const { config, tuning, harm, clockStepsMillis } = JSON.parse(process.argv[2] ?? '{}') as ChaosWriter;
/** At once: what is said is said before the process dies. */
const tell = (facts: Facts): void => void writeSync(1, `${JSON.stringify(facts)}\n`);
if (clockStepsMillis !== undefined) stepClock(clockStepsMillis);

let seen = 0;
const onStep = async (step: Step): Promise<void> => {
  if (harm === undefined || step !== harm.step || ++seen !== harm.nth) return;
  if (harm.afterMillis > 0) await sleep(harm.afterMillis);
  const pid = harm.pid ?? process.pid;
  tell({ event: 'harm', step, nth: seen, signal: harm.signal, pid });
  process.kill(pid, harm.signal);
};

const reporter = makeReporter({
  out: (line) => void writeSync(1, `${line}\n`),
  err: (line) => void writeSync(2, `${line}\n`),
  nowMillis: Date.now,
  lowest: config.logLevel,
});
const told: typeof reporter = {
  event: reporter.event,
  log: (level, message, facts) => {
    if (level === 'warn') tell({ event: 'problem', message, facts });
    // kafkajs, when the broker refused a member of an earlier generation.
    if (/re-joining/.test(message)) tell({ event: 'refused', message, facts });
    reporter.log(level, message, facts);
  },
};
await runWriter(config, told, stopOnSignals(told), { ...tuning, onStep });
process.exit(0);
