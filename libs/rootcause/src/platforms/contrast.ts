/**
 * One against another, platform against reference or window against baseline. Pure.
 *
 *   waits-longer   the whole interval of the ratio of mean waits lies above 1.1: by less nobody should act
 *   no-difference  it lies within 1/1.5 … 1.5 and not wholly beyond 1.1; or neither waits for a hundredth of its time
 *   unclear        else: more requests would tell
 */
import type { Estimate } from '../answer.ts';
import { newcombe } from '../statistics/proportions.ts';
import type { Contrast, ContrastVerdict } from './answer.ts';
import { type Compared, MARGINS } from './compared.ts';
import { contrastSentence } from './contrast-words.ts';
import type { Measured } from './measure.ts';
import { ratioOf } from './resample.ts';

export function contrast(compared: Compared): Contrast {
  const [a, b] = [compared.subject.measured, compared.against.measured];
  const blocks = new Set(compared.refusals.map((refusal) => refusal.blocks));
  const times = blocks.size === 0 ? timesOf(a, b) : {};
  const shares = blocks.has('all') ? {} : sharesOf(a, b);
  const verdict = blocks.has('all')
    ? 'not-comparable'
    : blocks.has('times')
      ? 'shares-only'
      : verdictOf(a, b, times.wait);
  const unspoken = { verdict, ...times, ...shares, refusals: compared.refusals, notes: notesOf(compared) };
  return { ...unspoken, sentence: contrastSentence(unspoken, compared) };
}

function timesOf(a: Measured, b: Measured): Pick<Contrast, 'wait' | 'p99' | 'own' | 'cpu'> {
  const [ofA, ofB] = [a.measures, b.measures];
  const pair = (key: 'wait' | 'p99' | 'own'): readonly [Float64Array, Float64Array] => [a.drawn[key], b.drawn[key]];
  const [cpuA, cpuB] = [ofA.cpuNanosPerRequest ?? 0, ofB.cpuNanosPerRequest ?? 0];
  return {
    wait: ratioOf([ofA.waitNanos.value, ofB.waitNanos.value], pair('wait')),
    p99: ratioOf([ofA.p99Nanos.value, ofB.p99Nanos.value], pair('p99')),
    own: ratioOf([ofA.ownNanos.value, ofB.ownNanos.value], pair('own')),
    ...(cpuA > 0 && cpuB > 0 && { cpu: cpuA / cpuB }),
  };
}

function sharesOf(
  { facts: ofA, ...a }: Measured,
  { facts: ofB, ...b }: Measured,
): Pick<Contrast, 'waiting' | 'conflicts'> {
  const waiting = newcombe(
    a.measures.waitingRequests,
    a.samples.duration.length,
    b.measures.waitingRequests,
    b.samples.duration.length,
  );
  if (ofA.mapOperations === 0 || ofB.mapOperations === 0) return { waiting };
  return { waiting, conflicts: newcombe(ofA.mapConflicts, ofA.mapOperations, ofB.mapConflicts, ofB.mapOperations) };
}

function verdictOf(a: Measured, b: Measured, wait: Estimate | undefined): ContrastVerdict {
  if (Math.max(a.measures.contentionRatio.high, b.measures.contentionRatio.high) < MARGINS.contention)
    return 'no-difference';
  if (wait === undefined) return a.measures.waiting.low > b.measures.waiting.high ? 'waits-longer' : 'unclear';
  if (wait.low > MARGINS.differs) return 'waits-longer';
  if (wait.high < 1 / MARGINS.differs) return 'waits-shorter';
  return wait.high <= MARGINS.alike && wait.low >= 1 / MARGINS.alike ? 'no-difference' : 'unclear';
}

function notesOf({ subject, against }: Compared): readonly string[] {
  const silent = [subject, against].filter(({ measured }) => measured.facts.builds.length === 0);
  const names = [...new Set(silent.map(({ label }) => label))].join(' and ');
  return names === ''
    ? []
    : [`the build of ${names} is not known: programs without version control data in them do not say`];
}
