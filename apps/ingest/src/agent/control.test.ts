import { expect, test } from 'vitest';
import { makeControl } from './control.ts';

const wish = (over: object): string =>
  JSON.stringify({
    service: 'order',
    state: 'on',
    expiresUnixMillis: null,
    changedBy: 'ann',
    changedUnixMillis: 0,
    ...over,
  });

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function controlled() {
  const problems: Error[] = [];
  const stops: string[] = [];
  const time = { now: 1_000 };
  const control = makeControl({
    service: 'order',
    ttlMillis: 500,
    startedUnixMillis: 1_000,
    nowUnixMillis: () => time.now,
    onProblem: (error) => void problems.push(error),
  });
  void control.whenStopped.then((reason) => stops.push(reason));
  return { control, problems, stops, time };
}

test('with nothing wanted the agent may attach, and its own TTL ends it', async () => {
  const { control, stops, time } = controlled();
  expect(control.mayAttach()).toBe(true);
  time.now = 1_499;
  control.look();
  await settle();
  expect(stops).toEqual([]);
  time.now = 1_500;
  control.look();
  await settle();
  expect(stops).toEqual(['ttl-expired']);
});

test('"off" kills at once and keeps from attaching; "off" for another service does neither', async () => {
  const { control, stops } = controlled();
  control.onWanted({ service: 'cart', json: wish({ service: 'cart', state: 'off' }) });
  await settle();
  expect(stops).toEqual([]);
  expect(control.mayAttach()).toBe(true);
  control.onWanted({ service: 'order', json: wish({ state: 'off' }) });
  await settle();
  expect(stops).toEqual(['killed']);
  expect(control.mayAttach()).toBe(false);
});

test('an "on" that expires ends the probes when its time has come', async () => {
  const { control, stops, time } = controlled();
  control.onWanted({ service: 'order', json: wish({ changedUnixMillis: 1_001, expiresUnixMillis: 1_100 }) });
  time.now = 1_100;
  control.look();
  await settle();
  expect(stops).toEqual(['ttl-expired']);
});

test('a withdrawn "off" lets the agent attach again', () => {
  const { control } = controlled();
  control.onWanted({ service: 'order', json: wish({ state: 'off' }) });
  control.onWanted({ service: 'order', json: null });
  expect(control.mayAttach()).toBe(true);
});

test('nonsense on the topic is told and ignored, and the last good word holds', () => {
  const { control, problems } = controlled();
  control.onWanted({ service: 'order', json: wish({ state: 'off' }) });
  control.onWanted({ service: 'order', json: '{' });
  expect(problems).toHaveLength(1);
  expect(control.mayAttach()).toBe(false);
});
