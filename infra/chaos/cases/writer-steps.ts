/** A writer that is killed at each step of its work, and the next one that finds what it left. */
import type { ChaosStep } from '../report.ts';
import type { Scene } from '../scene.ts';
import { type ChaosCase, type Form, LOAD, SMALL_BLOCKS, harmed, publish, readyWriter } from './case.ts';

/** apps/ingest's names of a writer's steps (writer/sink.ts) and what they are called in reports. */
const STEPS: Readonly<Record<string, ChaosStep>> = {
  cut: 'before intent',
  intended: 'intent before insert',
  inserting: 'during insert',
  inserted: 'insert before commit',
  recorded: 'insert before commit',
  committed: 'after commit',
};

/** An insert of these takes a few milliseconds: somewhere in there. */
const INSERT_MILLIS = 8;

export const WRITER_STEPS: readonly ChaosCase[] = Object.entries(STEPS).map(([step, called]) => ({
  name: `writer-${step}`,
  promise: `a writer killed at "${step}" (${called}): the next one finishes exactly that block`,
  isAlone: false,
  run: (scene, form) => killAt(step, called, scene, form),
}));

async function killAt(step: string, called: ChaosStep, scene: Scene, { kills }: Form): Promise<void> {
  for (let nth = 1; nth <= kills; nth++) {
    const afterMillis = step === 'inserting' ? scene.random() * INSERT_MILLIS : 0;
    const publishing = publish(scene, { ...LOAD, sendings: 2 });
    const dying = scene.startWriter({ ...SMALL_BLOCKS, harm: { step, nth, signal: 'SIGKILL', afterMillis } });
    const shown = await harmed(dying);
    await dying.exited;
    const at = performance.now();
    scene.noteKill('writer', dying.pid, called, shown);
    const [next] = await Promise.all([readyWriter(scene, SMALL_BLOCKS), publishing]);
    scene.recoveries.push(await scene.written(at));
    await next.stop();
  }
}
