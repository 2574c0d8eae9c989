/**
 * Seeded worlds, counted: how often somebody innocent is blamed, and how often the culprit is found. A few of each kind here;
 * MAPSCOPE_WORLDS=1000 judges a thousand of each, as the figures of the project ask (≤ 1 % and ≥ 95 %).
 */
import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { compared } from './testing/planted.ts';
import { NULL_WORLDS } from './testing/worlds/null-worlds.ts';
import { PLANTED_WORLDS } from './testing/worlds/planted-worlds.ts';
import { isBlame, isFound } from './testing/worlds/world.ts';
import type { Draw, World } from './testing/worlds/world.ts';
import type { RootCause } from './answer.ts';

const WORLDS = Number(process.env['MAPSCOPE_WORLDS'] ?? 26);
const MINUTES = 60_000;

/** World i is of kind i modulo kinds, its seed its own. */
function tally(kinds: readonly Draw[], isWrong: (answer: RootCause, world: World) => boolean): readonly string[] {
  return Array.from({ length: WORLDS }, (_, i) => i).flatMap((i) => {
    const seed = 7919 * (i + 1);
    const world = kinds[i % kinds.length]?.(seed);
    if (world === undefined) return [];
    const answer = judge(compared(world.plan));
    return isWrong(answer, world) ? [`${world.name}, seed ${seed}: ${answer.verdict}`] : [];
  });
}

test(`${WORLDS} worlds without a culprit: at most 1 % blame somebody`, { timeout: 60 * MINUTES }, () => {
  const blamed = tally(NULL_WORLDS, isBlame);
  expect(blamed.length, blamed.join('\n')).toBeLessThanOrEqual(WORLDS * 0.01);
});

test(`${WORLDS} worlds with one: at least 95 % name it, as what it is`, { timeout: 60 * MINUTES }, () => {
  const missed = tally(PLANTED_WORLDS, (answer, world) => !isFound(answer, world));
  expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(WORLDS * 0.05);
});
