import { expect, test } from 'vitest';
import { watchForStop } from './wanted-watch.ts';

function watching() {
  const problems: Error[] = [];
  let now = 0;
  const watch = watchForStop({
    service: 'order',
    // Off at once; an "until N" holds until then.
    mustStop: (json, nowMillis) => {
      if (json === null) return false;
      const wanted: unknown = JSON.parse(json);
      return wanted === 'off' || (typeof wanted === 'number' && nowMillis >= wanted);
    },
    nowUnixMillis: () => now,
    onProblem: (error) => void problems.push(error),
  });
  return { watch, problems, setNow: (millis: number) => void (now = millis) };
}

test('"off" for our service stops us, for another it does not', async () => {
  const { watch } = watching();
  watch.onWanted({ service: 'cart', json: '"off"' });
  watch.onWanted({ service: 'order', json: null });
  expect(watch.stopped).toBe(false);
  watch.onWanted({ service: 'order', json: '"off"' });
  await watch.whenStopped;
  expect(watch.stopped).toBe(true);
});

test('a wish that expires stops us when its time has come', () => {
  const { watch, setNow } = watching();
  watch.onWanted({ service: 'order', json: '100' });
  watch.look();
  expect(watch.stopped).toBe(false);
  setNow(100);
  watch.look();
  expect(watch.stopped).toBe(true);
});

test('nonsense on the topic is told and ignored, and the last good word holds', () => {
  const { watch, problems, setNow } = watching();
  watch.onWanted({ service: 'order', json: '100' });
  watch.onWanted({ service: 'order', json: '{' });
  expect(problems).toHaveLength(1);
  setNow(200);
  watch.look();
  expect(watch.stopped).toBe(true);
});
