import { expect, test } from 'vitest';
import { rollDumps } from './roll-dumps.ts';

const NOTHING = (): void => undefined;

function started(given: { isOff?: () => boolean; fails?: boolean } = {}) {
  const asked: number[] = [];
  const problems: string[] = [];
  let go = NOTHING;
  const rolling = rollDumps({
    session: {
      handOverGoroutines: ({ lastMillis }) => {
        asked.push(lastMillis);
        if (given.fails === true) throw new Error('torn');
      },
    },
    everyMillis: 10_000,
    isOff: given.isOff ?? (() => false),
    pause: (_millis, signal) =>
      new Promise((resolve) => {
        go = resolve;
        signal.addEventListener('abort', () => resolve());
      }),
    onProblem: ({ message }) => void problems.push(message),
  });
  const pass = async (): Promise<void> => {
    go();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { asked, problems, rolling, pass };
}

test('a dump follows each pause, a second longer than it, and one more at the end', async () => {
  const { asked, rolling, pass } = started();
  await pass();
  await pass();
  expect(asked).toEqual([11_000, 11_000]);
  await rolling.stop();
  expect(asked).toHaveLength(3);
});

test('what the budget has taken away is not written, and goes on when it is back', async () => {
  let isOff = true;
  const { asked, rolling, pass } = started({ isOff: () => isOff });
  await pass();
  expect(asked).toEqual([]);
  isOff = false;
  await pass();
  expect(asked).toHaveLength(1);
  await rolling.stop();
});

test('a dump that fails is told, and the next one is tried', async () => {
  const { problems, rolling, pass } = started({ fails: true });
  await pass();
  await pass();
  await rolling.stop();
  expect(problems).toEqual(['torn', 'torn', 'torn']);
});
