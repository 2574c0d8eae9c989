/** The run for a person: keys b, f, q, and every new finding as a sentence. */
import { setTimeout as sleep } from 'node:timers/promises';
import { listenToKeys } from './keys.ts';
import { labelled, wrap } from './report.ts';
import type { Session } from './session.ts';
import { answerKey } from './verdict.ts';

export interface InteractiveOptions {
  readonly out: (text: string) => void;
  readonly cancelled: () => boolean;
  readonly cancel: () => void;
}

const ASK_EVERY_MILLIS = 3_000;

export async function runInteractive(session: Session, options: InteractiveOptions): Promise<void> {
  const keys = listenToKeys((key) => void onKey(key, session, options));
  options.out(`\n  ${helpLine(session)}\n`);
  try {
    await watch(session, options);
  } finally {
    keys.close();
  }
}

function helpLine({ target }: Session): string {
  const known = [
    target.breakIt === undefined ? undefined : 'b breaks the service',
    target.fixIt === undefined ? undefined : 'f fixes it',
    'q quits',
  ];
  return `keys: ${known.filter(Boolean).join(', ')}`;
}

async function onKey(key: string, { target }: Session, options: InteractiveOptions): Promise<void> {
  if (key === 'q') return options.cancel();
  const act = { b: target.breakIt, f: target.fixIt }[key];
  if (act === undefined) return;
  try {
    options.out(`  ${clock()}  ${await act()}\n`);
  } catch (error) {
    options.out(`  ${clock()}  ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** Says a finding once; asks on until the person quits or the service ends. */
async function watch(session: Session, options: InteractiveOptions): Promise<void> {
  let said = '';
  while (!options.cancelled()) {
    if (!session.target.alive()) {
      options.out('  the watched service has ended; what was seen stays stored\n');
      return;
    }
    const answer = await session.rootCause();
    const key = answerKey(answer);
    // A recording is whole: its first answer stands, whatever it says.
    const stands = answer.windowSource === 'spike' && answer.verdict !== 'too-little-evidence';
    if (key !== said && (stands || session.replay !== undefined)) {
      said = key;
      options.out(`\n  ${clock()}  ${answer.verdict}\n${wrap(labelled(answer.sentence, session.replay), 100)}\n\n`);
    }
    for (let waited = 0; waited < ASK_EVERY_MILLIS && !options.cancelled(); waited += 100) await sleep(100);
  }
}

const clock = (): string => new Date().toTimeString().slice(0, 8);
