/** What a comparison of two says to people: no more than its numbers. Pure. */
import type { Estimate } from '../answer.ts';
import { percent } from '../words.ts';
import { type Compared, MARGINS, type Unspoken } from './compared.ts';

export function contrastSentence(told: Unspoken, compared: Compared): string {
  const { subject, against, lock } = compared;
  switch (told.verdict) {
    case 'not-comparable':
      return `${pair(compared)} are not compared: ${reasons(told)}.`;
    case 'shares-only':
      return `${subject.label}: times ${reasons(told)}. Waited on ${lock}: ${shares(compared)}.`;
    case 'waits-longer':
    case 'waits-shorter':
      return `${subject.label} waits ${amount(told)} on ${lock} than ${against.label}; ${same(told)}${speed(told)}.`;
    case 'no-difference':
      return `${pair(compared)}: no difference in waiting on ${lock}${interval(told.wait)}; ${same(told)}${speed(told)}.`;
    case 'unclear':
      return `${pair(compared)}: unclear on ${lock}${interval(told.wait)}: ask for a longer window.`;
  }
}

const pair = ({ subject, against }: Compared): string => `${subject.label} and ${against.label}`;

const reasons = ({ refusals, verdict }: Unspoken): string =>
  refusals
    .filter(({ blocks }) => verdict === 'shares-only' || blocks === 'all')
    .map(({ reason }) => reason)
    .join('; ');

const shares = ({ subject, against }: Compared): string =>
  [subject, against]
    .map(({ label, measured }) => `${percent(measured.measures.waiting.value)} of ${label}'s requests`)
    .join(', ');

function amount({ wait, verdict }: Unspoken): string {
  if (wait === undefined) return 'longer (there is no wait to divide by)';
  return verdict === 'waits-longer' ? `${times(wait)} longer` : `${times(wait)} as long`;
}

const interval = (wait: Estimate | undefined): string => (wait === undefined ? '' : ` (${times(wait)})`);

/** 2.1× [1.8, 2.5] */
export const times = ({ value, low, high }: Estimate): string => `${two(value)}× [${two(low)}, ${two(high)}]`;
const two = (value: number): string => String(Number(value.toPrecision(2)));

const same = ({ notes }: Unspoken): string =>
  notes.length === 0 ? 'same build, same load' : `same load, ${notes.join('; ')}`;

/** Does the speed of the program itself explain it? Measured CPU time where there is one, else the time outside of waits. */
function speed({ verdict, wait, own, cpu }: Unspoken): string {
  if (own === undefined) return '';
  const measured =
    cpu === undefined
      ? `its own time per request differs ${times(own)}`
      : `on-CPU time per request differs ${two(cpu)}×`;
  if (verdict === 'no-difference' || wait === undefined) return `; ${measured}`;
  const explained = isBySpeed(wait, own, cpu) ? 'CPU speed may explain it' : 'not explained by CPU speed';
  return `; ${explained}: ${measured}`;
}

/** A machine that is as much slower in all it does waits as much longer. */
export function isBySpeed(wait: Estimate, own: Estimate, cpu: number | undefined): boolean {
  const [slowest, fastest] = [Math.max(own.high, cpu ?? 0), Math.min(own.low, cpu ?? Number.POSITIVE_INFINITY)];
  return wait.value > 1 ? wait.low <= slowest * MARGINS.differs : wait.high >= fastest / MARGINS.differs;
}
