/** A comparison of platforms as rows of a table. Pure. */
import type { ComparedPlatformJson, ContrastJson, EstimateJson } from '@mapscope/contract';

export interface ContrastCell {
  /** "2.1× [1.8, 2.5]", or why there is none */
  readonly text: string;
  readonly tone: 'worse' | 'better' | 'same' | 'none';
}

const two = (value: number): string => String(Number(value.toPrecision(2)));

export const times = ({ value, low, high }: EstimateJson): string => `${two(value)}× [${two(low)}, ${two(high)}]`;

const TONES = {
  'waits-longer': 'worse',
  'waits-shorter': 'better',
  'no-difference': 'same',
  unclear: 'none',
  'shares-only': 'none',
  'not-comparable': 'none',
} as const satisfies Readonly<Record<ContrastJson['verdict'], ContrastCell['tone']>>;

/** Of the reference itself there is nothing to say. */
export function contrastCell(contrast: ContrastJson | null): ContrastCell {
  if (contrast === null) return { text: 'reference', tone: 'none' };
  const tone = TONES[contrast.verdict];
  if (contrast.wait !== null) return { text: times(contrast.wait), tone };
  const [first] = contrast.refusals;
  return { text: first?.reason ?? 'nothing to divide by', tone };
}

export const baselineCell = ({ ownBaseline }: ComparedPlatformJson): ContrastCell =>
  ownBaseline === null ? { text: 'no baseline', tone: 'none' } : contrastCell(ownBaseline);
