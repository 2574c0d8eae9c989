/**
 * Where the extra latency of slow requests went. No nanosecond counts for two causes, so the shares add up, and what is
 * left of the whole is nobody's:
 *
 *   ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▒▒▒▒│░│╱╱╱╱╱╱╱╱
 *    1  blamed                           2   3  not explained
 *
 * Pure.
 */
import type { EstimateJson, RootCauseAnswer } from '@mapscope/contract';
import { isSameSite } from '../format/code-place.ts';
import { isSameTime, type Blamed, type TimeCauseJson } from './blamed.ts';
import { lockWords, timeWords } from './cause-words.ts';

export type PieceRole = 'blamed' | 'other' | 'smaller' | 'unexplained';

export interface Piece {
  readonly role: PieceRole;
  readonly name: string;
  /** of the extra latency, 0…1 */
  readonly share: number;
  /** absent: a sum of several, or what is left */
  readonly interval?: EstimateJson | undefined;
  /** part of the bar: the share, or less where shares of different requests add up to more than all */
  readonly width: number;
}

export interface Account {
  readonly pieces: readonly Piece[];
  /** shares that were measured over different requests add up to more than all: the bar shows their proportions */
  readonly isOverfull: boolean;
}

type Counted = Omit<Piece, 'width'>;

/** As many as can be told apart in one bar; the others are one piece. */
const MAX_NAMED = 4;
/** Less than half a pixel of a bar. */
const VISIBLE = 0.001;

/** Undefined where nothing was weighed: too little evidence. */
export function accountOf(answer: RootCauseAnswer, blamed: Blamed): Account | undefined {
  if (answer.verdict === 'too-little-evidence') return undefined;
  const counted = countedOf(answer, blamed);
  const sum = counted.reduce((total, { share }) => total + share, 0);
  const whole = Math.max(1, sum);
  const left: Counted = { role: 'unexplained', name: 'not explained', share: Math.max(0, 1 - sum) };
  return {
    pieces: [...named(counted), left].map((piece) => ({ ...piece, width: piece.share / whole })),
    isOverfull: sum > 1 + VISIBLE,
  };
}

/** The blamed one first, then by share. */
function countedOf(answer: RootCauseAnswer, blamed: Blamed): readonly Counted[] {
  const locks = answer.candidates.map((lock): Counted => {
    const isBlamed =
      blamed.what === 'lock' &&
      lock.lockKind === blamed.lock.lockKind &&
      isSameSite(lock.waiter, blamed.lock.waiter) &&
      lock.explained.value === blamed.lock.explained.value;
    return counted(isBlamed, lockWords(lock), lock.explained);
  });
  const times = timesOf(answer, blamed).map((cause) =>
    counted(blamed.what === 'time' && isSameTime(cause, blamed.cause), timeWords(cause), cause.explained),
  );
  return [...locks, ...times]
    .filter(({ role, share }) => role === 'blamed' || share >= VISIBLE)
    .toSorted((a, b) => Number(b.role === 'blamed') - Number(a.role === 'blamed') || b.share - a.share);
}

const counted = (isBlamed: boolean, name: string, interval: EstimateJson): Counted => ({
  role: isBlamed ? 'blamed' : 'other',
  name,
  share: Math.max(0, interval.value),
  interval,
});

/** What is left of requests can be blamed without being in the list. */
export function timesOf({ timeCauses = [] }: RootCauseAnswer, blamed: Blamed): readonly TimeCauseJson[] {
  if (blamed.what !== 'time' || timeCauses.some((cause) => isSameTime(cause, blamed.cause))) return timeCauses;
  return [blamed.cause, ...timeCauses];
}

function named(counted: readonly Counted[]): readonly Counted[] {
  if (counted.length <= MAX_NAMED + 1) return counted;
  const smaller = counted.slice(MAX_NAMED);
  const share = smaller.reduce((total, piece) => total + piece.share, 0);
  return [...counted.slice(0, MAX_NAMED), { role: 'smaller', name: `${smaller.length} smaller ones`, share }];
}
