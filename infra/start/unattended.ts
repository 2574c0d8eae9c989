/** `--once`: baseline, break, verdict, drain, one report; nothing asked of a person. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MapscopeError } from '@mapscope/events';
import { runReport, wrap } from './report.ts';
import type { Session } from './session.ts';
import { findVerdict } from './verdict.ts';

export interface UnattendedOptions {
  readonly baselineSeconds: number;
  /** how long the slow part lasts at least; absent: until there is a verdict */
  readonly recordSeconds?: number | undefined;
  readonly json: boolean;
  readonly out: (text: string) => void;
  readonly say: (text: string) => void;
  readonly cancelled: () => boolean;
}

const VERDICT_TIMEOUT_MILLIS = 180_000;
const ASK_EVERY_MILLIS = 2_000;

/** Returns the exit status: 0 with a verdict and a pipeline without loss. */
export async function runOnce(session: Session, options: UnattendedOptions): Promise<number> {
  const { target } = session;
  options.say(`\n  ${options.baselineSeconds} s of quiet traffic first, to know what is normal …\n`);
  await sleepUnless(options.cancelled, options.baselineSeconds * 1000);
  const broken = Date.now();
  options.say(`  now it breaks: ${(await target.breakIt?.()) ?? 'nothing to break was given (--break)'}\n`);
  const early = await findVerdict({
    ask: session.rootCause,
    everyMillis: ASK_EVERY_MILLIS,
    timeoutMillis: VERDICT_TIMEOUT_MILLIS,
    cancelled: options.cancelled,
    onAnswer: ({ verdict, windowSource }) => {
      const seconds = ((Date.now() - broken) / 1000).toFixed(0);
      options.say(`  ${seconds} s: ${windowSource === 'spike' ? verdict : 'no spike of p99 yet'}\n`);
    },
  });
  const secondsToVerdict = Math.round((Date.now() - broken) / 100) / 10;
  // A recording needs more of the slow part than the answer did: whoever replays it may ask in another way.
  if (options.recordSeconds !== undefined) {
    await sleepUnless(options.cancelled, broken + options.recordSeconds * 1000 - Date.now());
  }
  const residentMiB = session.residentMiB();
  const pipeline = await session.drain();
  // What is reported of a recorded run is the answer over all that was recorded: a replay is asked over the same.
  const answer = options.recordSeconds === undefined ? early : await session.rootCause();
  if (answer === undefined) {
    throw new MapscopeError('NO_VERDICT', `the API gave no answer; the pipeline stands at ${JSON.stringify(pipeline)}`);
  }
  const { agent: _, ...attached } = session.attached;
  const facts = { service: target.service, pid: target.pid, ...attached, secondsToVerdict, residentMiB };
  options.say(`\n${wrap(answer.sentence, 100)}\n\n`);
  if (options.json) options.out(`${JSON.stringify(runReport(answer, pipeline, facts))}\n`);
  else options.out(`${wrap(answer.sentence, 100)}\n`);
  return answer.verdict === 'too-little-evidence' && target.breakIt !== undefined ? 3 : 0;
}

/** In small pieces, so that Ctrl-C is obeyed at once. */
async function sleepUnless(cancelled: () => boolean, millis: number): Promise<void> {
  const until = Date.now() + millis;
  while (Date.now() < until && !cancelled()) await sleep(Math.min(200, until - Date.now()));
}
