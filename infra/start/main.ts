/**
 * `npm start`: the main job, end to end, on real input. See README.md.
 * stdout carries results; progress and errors go to stderr.
 */
import { ERROR_CODES, MapscopeError, describeOptions, wantsHelp } from '@mapscope/events';
import { progressTo } from '../setup/steps.ts';
import { runInteractive } from './interactive.ts';
import { readStartOptions, START_OPTIONS, type StartOptions } from './options.ts';
import { preflight } from './preflight.ts';
import { banner } from './report.ts';
import { openReplay } from './replay-session.ts';
import { answerReplay } from './replay-verdict.ts';
import { openSession } from './session.ts';
import { runOnce } from './unattended.ts';

const out = (text: string): void => void process.stdout.write(text);
const say = (text: string): void => void process.stderr.write(text);

/** With --capture the slow part lasts at least this long. */
const RECORD_SECONDS = 25;

let isCancelled = false;
const cancel = (): void => {
  isCancelled = true;
};
const cancelled = (): boolean => isCancelled;

async function start(options: StartOptions): Promise<number> {
  // A replay loads nothing into the kernel: any user may, on any kernel.
  if (!options.replay) preflight();
  const session = await (options.replay ? openReplay : openSession)(options, { progress: progressTo(say), say });
  try {
    const { attachMs, probes } = session.attached;
    const { describe } = session.target;
    const text = banner(session.world.apiUrl, { describe, attachMs, probes, replay: session.replay });
    (options.json ? say : out)(text);
    const { once, json, baselineSeconds } = options;
    const recordSeconds = options.capture === undefined ? undefined : RECORD_SECONDS;
    if (once && session.replay !== undefined) return await answerReplay(session, session.replay, { json, out, say });
    if (once) return await runOnce(session, { baselineSeconds, recordSeconds, json, out, say, cancelled });
    await runInteractive(session, { out, cancelled, cancel });
    return 0;
  } finally {
    say('  stopping what was started here …\n');
    await session.close();
  }
}

function fail(error: unknown): number {
  if (!(error instanceof MapscopeError)) {
    say(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return ERROR_CODES.INTERNAL.exit;
  }
  say(`\n${error.code}: ${error.message}\n`);
  return ERROR_CODES[error.code].exit;
}

const argv = process.argv.slice(2);
// The first signal ends the run in order; a second one ends it at once (children then get SIGTERM from the kernel).
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (isCancelled) process.exit(130);
    cancel();
  });
}
if (wantsHelp(argv)) {
  out(`npm start -- [options]\n\n${describeOptions(START_OPTIONS)}\n`);
} else {
  try {
    process.exitCode = await start(readStartOptions(argv, process.env));
  } catch (error) {
    process.exitCode = fail(error);
  }
}
