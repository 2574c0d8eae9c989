/** What a case is, and what several of them do. */
import type { RunningProcess } from '../../world/process.ts';
import { type LoadOrder, type Scene, type WriterOrder, ready, until } from '../scene.ts';

export interface Form {
  /** of each kind that a case makes */
  readonly kills: number;
}

export interface ChaosCase {
  readonly name: string;
  readonly promise: string;
  /** it kills what the others need, or bends the proxy that they share */
  readonly isAlone: boolean;
  /** not on this machine, and why not */
  readonly lacking?: () => string | undefined;
  readonly run: (scene: Scene, form: Form) => Promise<void>;
}

export async function readyWriter(scene: Scene, order: WriterOrder = {}): Promise<RunningProcess> {
  const writer = scene.startWriter(order);
  await ready(writer);
  return writer;
}

/** A publisher's whole life; started again as a supervisor would where it did not come to its end. */
export async function publish(scene: Scene, order: LoadOrder): Promise<void> {
  const tries = 20;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const publisher = scene.startPublisher(order);
    await publisher.exited;
    if (publisher.events().some(({ event }) => event === 'stopped')) return;
    scene.say(`  ${scene.name}: the publisher ended before its end, started again\n`);
  }
  scene.faults.push(`no publisher came to its end in ${tries} tries`);
}

/** The harm that a writer was told to do, when it is done. */
export async function harmed(writer: RunningProcess): Promise<string> {
  const isDone = (): boolean => writer.events().some(({ event }) => event === 'harm');
  await until('the writer is at its step', () => isDone() || !writer.running());
  const harm = writer.events().find(({ event }) => event === 'harm');
  return harm === undefined ? 'it ended before its step' : `it said "${String(harm['step'])}", ${String(harm['nth'])}`;
}

export const problemsOf = (process: RunningProcess): readonly string[] =>
  process
    .events()
    .filter(({ event }) => event === 'problem')
    .map(({ message }) => String(message));

/** The load of a case that is about something else. */
export const LOAD: LoadOrder = { rounds: 12, rows: 40, everyMillis: 25 };
/** Several blocks of it. */
export const SMALL_BLOCKS: WriterOrder = { rowsPerBlock: 200 };
