import { expect, test } from 'vitest';
import { mustStop } from './wanted-rule.ts';

const wish = (over: object): string =>
  JSON.stringify({
    service: 'order',
    state: 'on',
    expiresUnixMillis: null,
    changedBy: 'x',
    changedUnixMillis: 0,
    ...over,
  });

test.each([
  ['nothing was ever wanted', null, false],
  ['probes are wanted', wish({}), false],
  ['probes are wanted until later', wish({ expiresUnixMillis: 101 }), false],
  ['probes were wanted until now', wish({ expiresUnixMillis: 100 }), true],
  ['probes are switched off', wish({ state: 'off' }), true],
  ['another service is switched off', wish({ state: 'off', service: 'cart' }), false],
])('when %s: stop is %s', (_name, json, stop) => {
  expect(mustStop('order')(json, 100)).toBe(stop);
});

test.each(['{', '7', '{"service":"order","state":"maybe"}'])('%s is no wish', (json) => {
  expect(() => mustStop('order')(json, 0)).toThrow(SyntaxError);
});
