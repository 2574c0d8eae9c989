/**
 * A child process of tests: the writer, which kills itself (SIGKILL) when it is at a named step for the n-th time.
 * One argument, JSON: { config, tuning, step, nth }. Says "dying" with the step on stdout before.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WriterConfig } from '../options.ts';
import { type WriterTuning, runWriter } from '../run-writer.ts';
import type { Step } from '../sink.ts';

export interface DyingWriter {
  readonly config: WriterConfig;
  readonly tuning: WriterTuning;
  readonly step: Step;
  readonly nth: number;
}

// The argument is written by the test beside it.
const { config, tuning, step, nth } = JSON.parse(process.argv[2] ?? '{}') as DyingWriter;
let seen = 0;

const onStep = async (now: Step): Promise<void> => {
  if (now !== step || ++seen !== nth) return;
  // An insert is under way for a few milliseconds: somewhere in there.
  if (step === 'inserting') await sleep(Math.random() * 8);
  writeSync(1, `dying ${step}\n`);
  process.kill(process.pid, 'SIGKILL');
};

const quiet = { event: () => undefined, log: () => undefined };
await runWriter(config, quiet, new AbortController().signal, { ...tuning, onStep });
