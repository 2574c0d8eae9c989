import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { compared, WHOLE } from './testing/planted.ts';
import { quiet, slower, waiting, withInnocents } from './testing/services.ts';

const coverage = { ...WHOLE, inserted: 998_000 };

test('contention: rise, share, lines, counterfactual, ratio and basis', () => {
  const { sentence } = judge(
    compared({ before: withInnocents(quiet), during: withInnocents(waiting(0.3, 200)), coverage }),
  );
  expect(sentence).toMatch(
    /^p99 of `order` rose [\d.]+ ms → \d+ ms from \d\d:\d\d:\d\d UTC \(1 \d{3} slow of 6 000 requests\)\. /,
  );
  expect(sentence).toMatch(
    /\d+ % \[\d+, \d+\] of the extra latency is waiting for the lock taken in `cache\.\(\*Cache\)\.Get` \(order\/cache\.go:42\)\. /,
  );
  expect(sentence).toContain('It was released by `cache.(*Cache).Rebuild` (order/cache.go:88).');
  expect(sentence).toMatch(
    /Without that wait p99 would have been [\d.]+ ms\. Contention ratio 0\.\d\d, baseline 0\.00, threshold 0\.15\./,
  );
  expect(sentence).toMatch(/Based on 99\.8 % of events; trace binding exact 100 %\.$/);
});

test('unexplained: what locks explain, what was ruled out, and where it did not look', () => {
  const { sentence } = judge(compared({ before: withInnocents(quiet), during: withInnocents(slower(400)) }));
  expect(sentence).toMatch(
    /no single lock explains it\. 0?\.?\d+ % \[\d+, \d+\] of the extra latency is waiting for locks, all together\./,
  );
  expect(sentence).toMatch(
    /Ruled out: `log\.\(\*Logger\)\.Log` \(order\/log\.go:12\): 0\.\d % of the extra latency; `session/,
  );
  expect(sentence).toContain('Based on 100 % of events');
});

test('too little: why, with the numbers', () => {
  const { sentence } = judge(
    compared({ before: quiet, during: quiet, coverage: { ringSubmitted: 0, ringLost: 0, published: 0, inserted: 0 } }),
  );
  expect(sentence).toMatch(
    /^Too little evidence to say why `order` is slow: p99 did not rise beyond its noise: .* against .*\. Based on an unknown share of events/,
  );
});
