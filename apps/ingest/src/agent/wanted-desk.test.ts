import { expect, test } from 'vitest';
import { makeWantedDesk } from './wanted-desk.ts';

const word = (service: string, state: string): { service: string; json: string } => ({
  service,
  json: JSON.stringify({ service, state, expiresUnixMillis: null, changedBy: 'ann', changedUnixMillis: 1_000 }),
});

function desk(maxServices?: number) {
  const problems: Error[] = [];
  const onProblem = (error: Error): void => void problems.push(error);
  const made = makeWantedDesk({ ttlMillis: 500, nowUnixMillis: () => 1_100, onProblem }, maxServices);
  return { ...made, problems };
}

test('a process that appears after its service was switched off is not touched', () => {
  const { onWanted, open } = desk();
  onWanted(word('order', 'off'));
  using order = open('order', 1_050);
  using cart = open('cart', 1_050);
  expect([order.mayAttach(), cart.mayAttach()]).toEqual([false, true]);
});

test('one word ends all processes of its service and no other', async () => {
  const { onWanted, open } = desk();
  using first = open('order', 1_050);
  using second = open('order', 1_060);
  using other = open('cart', 1_060);
  onWanted(word('order', 'off'));
  expect(await Promise.all([first.whenStopped, second.whenStopped])).toEqual(['killed', 'killed']);
  expect(await Promise.race([other.whenStopped, Promise.resolve('goes on')])).toBe('goes on');
});

test('a service that is switched on again may be attached again', () => {
  const { onWanted, open } = desk();
  onWanted(word('order', 'off'));
  onWanted(word('order', 'on'));
  using again = open('order', 0);
  expect(again.mayAttach()).toBe(true);
  onWanted(word('order', 'off'));
  onWanted({ service: 'order', json: null });
  using withdrawn = open('order', 1_050);
  expect(withdrawn.mayAttach()).toBe(true);
});

test('at the bound a word about yet another service is told, and those that are kept are still renewed', () => {
  const { onWanted, open, problems } = desk(1);
  onWanted(word('order', 'on'));
  onWanted(word('cart', 'off'));
  onWanted(word('order', 'off'));
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('more than 1 services')]);
  using order = open('order', 1_050);
  expect(order.mayAttach()).toBe(false);
});

test('a control that was given back hears nothing more', async () => {
  const { onWanted, open } = desk();
  const control = open('order', 1_050);
  control[Symbol.dispose]();
  onWanted(word('order', 'off'));
  expect(await Promise.race([control.whenStopped, Promise.resolve('nothing')])).toBe('nothing');
});
