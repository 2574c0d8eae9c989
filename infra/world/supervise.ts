/**
 * Keeps a program running: one that ends by itself is started again with the same address, and people are told.
 * A program that cannot stay up is given up after a few tries, with the reason; nothing is retried in silence.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProcess } from './process.ts';

export interface Supervised {
  /** the process that runs now; another one after a restart */
  readonly current: () => RunningProcess;
  readonly restarts: () => number;
  readonly stop: (graceMillis?: number) => Promise<void>;
}

export interface SuperviseOptions {
  readonly start: () => Promise<RunningProcess>;
  readonly say: (line: string) => void;
  readonly onRestart?: ((process: RunningProcess) => void) | undefined;
  /** an end with this status is wanted and no reason to start again, e.g. because the watched service ended */
  readonly isWanted?: ((status: number | null) => boolean) | undefined;
  readonly firstDelayMillis?: number | undefined;
}

/** Five ends within a minute are no accident. */
const MAX_RESTARTS = 5;
const WITHIN_MILLIS = 60_000;
const FIRST_DELAY_MILLIS = 250;

export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const state = { current: await options.start(), restarts: [] as number[], isStopping: false };
  const watching = watch(state, options);
  return {
    current: () => state.current,
    restarts: () => state.restarts.length,
    stop: async (graceMillis) => {
      state.isStopping = true;
      await state.current.stop(graceMillis);
      await watching;
    },
  };
}

interface State {
  current: RunningProcess;
  readonly restarts: number[];
  isStopping: boolean;
}

async function watch(state: State, options: SuperviseOptions): Promise<void> {
  for (;;) {
    const status = await state.current.exited;
    if (state.isStopping || options.isWanted?.(status) === true) return;
    const { name, logFile } = state.current;
    options.say(
      `  ${name} ended by itself (${status === null ? 'by a signal' : `exit ${status}`}), starting it again\n`,
    );
    if (!(await startAgain(state, options))) {
      if (!state.isStopping) options.say(`  ${name} does not stay up and is given up; its log is ${logFile}\n`);
      return;
    }
  }
}

/** Tries with growing pauses; false when it gave up or was told to stop. */
async function startAgain(state: State, options: SuperviseOptions): Promise<boolean> {
  let delay = options.firstDelayMillis ?? FIRST_DELAY_MILLIS;
  while (!state.isStopping) {
    const now = Date.now();
    if (state.restarts.filter((at) => now - at < WITHIN_MILLIS).length >= MAX_RESTARTS) return false;
    state.restarts.push(now);
    await sleep(delay);
    delay *= 2;
    try {
      state.current = await options.start();
      // Told to stop meanwhile: whoever stops waits for this loop, and this loop would wait for an end that nobody brings.
      if (state.isStopping) await state.current.stop();
      options.onRestart?.(state.current);
      return true;
    } catch (error) {
      options.say(`  ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return false;
}
