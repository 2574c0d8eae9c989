/** An answer to either question: `/root-causes`, which looks for the spike, or `/explain`, which is told it. Pure. */
import type { ExplainAnswer, RootCauseAnswer } from '@mapscope/contract';
import { count } from '../format/number.ts';
import { cutsOf } from './findings.ts';

type OfBrush = Pick<ExplainAnswer, 'baselineSource' | 'latencyRange' | 'cut'>;

/** Without a brush what only a brush asks is absent. */
export type Explained = RootCauseAnswer & { readonly [K in keyof OfBrush]?: OfBrush[K] | undefined };

/** The baseline is no time before but the rest of the requests of the same time. */
export const comparesWithOthers = ({ baselineSource }: Explained): boolean => baselineSource === 'rest-of-window';

/** What the slow requests are compared with, as the name of a bar. */
export const otherSide = (answer: Explained): string => (comparesWithOthers(answer) ? 'the others' : 'before');

/** "33 % before", "33 % of the others" */
export const ofOtherSide = (answer: Explained): string => (comparesWithOthers(answer) ? 'of the others' : 'before');

/** How many rows were counted where not all of them were: never a silent sample. */
export function uncountedWords(answer: Explained): readonly string[] {
  const { cut } = answer;
  if (cut === undefined) return cutsOf(answer.reasons);
  return (['window', 'baseline'] as const).flatMap((side) =>
    cut[side].kept < cut[side].total
      ? [`of the ${side} ${count(cut[side].kept)} of ${count(cut[side].total)} requests, chosen by trace id`]
      : [],
  );
}
