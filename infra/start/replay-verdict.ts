/** `--replay --once`: all of the recording is stored, then the API is asked once about its range; one report, labelled. */
import { labelled, runReport, wrap, type ReplayFacts } from './report.ts';
import type { Session } from './session.ts';

export interface ReplayOutput {
  readonly json: boolean;
  readonly out: (text: string) => void;
  readonly say: (text: string) => void;
}

/** Returns the exit status: 0 with a verdict. */
export async function answerReplay(session: Session, replay: ReplayFacts, output: ReplayOutput): Promise<number> {
  const { target } = session;
  const { json, out, say } = output;
  const started = Date.now();
  const pipeline = await session.drain();
  const answer = await session.rootCause();
  const secondsToVerdict = Math.round((Date.now() - started) / 100) / 10;
  const { agent: _, ...attached } = session.attached;
  const residentMiB = session.residentMiB();
  const facts = { service: target.service, pid: target.pid, ...attached, secondsToVerdict, residentMiB };
  const sentence = labelled(answer.sentence, replay);
  if (json) {
    say(`\n${wrap(sentence, 100)}\n\n`);
    out(`${JSON.stringify({ replay, ...runReport({ ...answer, sentence }, pipeline, facts) })}\n`);
  } else out(`\n${wrap(sentence, 100)}\n`);
  return answer.verdict === 'too-little-evidence' ? 3 : 0;
}
