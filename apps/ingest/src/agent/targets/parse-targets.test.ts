import { expect, test } from 'vitest';
import { joinTargets, parseTargets } from './parse-targets.ts';

test('selectors are separated by semicolons, their terms by commas', () => {
  expect(parseTargets(' service=order,percent=25 ; exe=/srv/*;')).toEqual([
    { service: 'order', percent: 25 },
    { exe: '/srv/*' },
  ]);
});

test.each([
  ['', /names nothing/],
  [' ; ', /names nothing/],
  ['servise=x;pid=0;service=ok', /there is no "servise".*pid is a number from 1/],
  ['percent=10', /a share alone/],
])('%j is refused, with all its problems', (text, message) => {
  expect(() => parseTargets(text)).toThrow(message);
});

test.each([
  [
    ['--target', 'a=1', '--ttl', '5', '--target=b=2,c=3'],
    ['--target=a=1;b=2,c=3', '--ttl', '5'],
  ],
  [
    ['--ttl', '5'],
    ['--ttl', '5'],
  ],
  [
    ['--target', '--ttl'],
    ['--target', '--ttl'],
  ],
  [
    ['--target=x', '--'],
    ['--target=x', '--'],
  ],
])('%j given again adds up: %j', (argv, joined) => {
  expect(joinTargets(argv)).toEqual(joined);
});
