import { expect, test } from 'vitest';
import { chooseTarget } from './choose-target.ts';

const RUNNING = [
  { pid: 1, exe: '/sbin/init' },
  { pid: 20, exe: '/srv/order' },
  { pid: 21, exe: '/srv/cart' },
  { pid: 22, exe: '/srv/cart' },
  { pid: 30, exe: '/srv/old (deleted)' },
];

test.each([
  ['by its pid', { by: 'pid', pid: 21 } as const, 21],
  ['by its executable', { by: 'exe', path: '/srv/order' } as const, 20],
  ['even when the file was replaced since', { by: 'exe', path: '/srv/old' } as const, 30],
])('the target is found %s', (_name, choice, pid) => {
  expect(chooseTarget(choice, RUNNING).pid).toBe(pid);
});

test.each([
  ['no such pid', { by: 'pid', pid: 99 } as const, /no process .* pid 99/],
  ['nothing runs it', { by: 'exe', path: '/srv/none' } as const, /no process runs \/srv\/none/],
  ['several run it', { by: 'exe', path: '/srv/cart' } as const, /2 processes run \/srv\/cart: give --pid .*21, 22/],
])('%s: says so and what to give', (_name, choice, message) => {
  expect(() => chooseTarget(choice, RUNNING)).toThrow(message);
});
