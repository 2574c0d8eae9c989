import { expect, it } from 'vitest';
import { parkSite } from './park-site.ts';

const stack = (...functions: readonly string[]) => functions.map((name) => ({ function: name, file: 'f.go', line: 1 }));

it.each([
  ['main.get', stack('runtime.gopark', 'runtime.semacquire1', 'sync.(*Mutex).Lock', 'main.get', 'runtime.goexit')],
  ['main.wait', stack('runtime.gopark', 'time.Sleep', 'main.wait', 'runtime.goexit')],
  [
    'net/http.(*connReader).Read',
    stack('runtime.netpollblock', 'internal/poll.(*FD).Read', 'net.(*conn).Read', 'net/http.(*connReader).Read'),
  ],
  ['runtime.bgsweep', stack('runtime.gopark', 'runtime.goparkunlock', 'runtime.bgsweep', 'runtime.goexit')],
  ['', []],
])('%s', (expected, frames) => {
  expect(parkSite(frames).function).toBe(expected);
});
