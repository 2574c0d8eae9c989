/**
 * Planted truths that are no lock held too long: each must be named for what it is, with its proof and its remedy.
 */
import { describe, expect, test } from 'vitest';
import type { RootCause } from './answer.ts';
import { judge } from './judge.ts';
import type { Findings } from './evidence.ts';
import { compared, GET, MS, ORIGIN, PROCESS, site, usualNanos, windowsOf } from './testing/planted.ts';
import type { Comparison, PlantedStretch, Service } from './testing/planted.ts';
import { quiet, slower, waiting, withInnocents } from './testing/services.ts';

const judged = (plan: Comparison): RootCause => judge(compared(plan));

/** A third of the requests spends 100–300 ms more on `stretches`, on top of what they do otherwise. */
const spending =
  (stretch: Omit<PlantedStretch, 'offsetNanos' | 'durationNanos'>, usualMs = 0, share = 0.3): Service =>
  ({ rng }) => {
    const own = usualNanos(rng, 20 * MS);
    const usual = usualMs * MS * (0.8 + 0.4 * rng());
    const durationNanos = usual + (rng() < share ? 200 * MS * (0.5 + rng()) : 0);
    return {
      durationNanos: own + durationNanos,
      ...(durationNanos > 0 && { stretches: [{ ...stretch, offsetNanos: own / 2, durationNanos }] }),
    };
  };

const wholeWindows: { readonly before: Partial<Findings>; readonly during: Partial<Findings> } = {
  before: { recorded: [{ process: PROCESS, window: { ...windowsOf(60)[0], toUnixNanos: ORIGIN + 100_000_000_000n } }] },
  during: { recorded: [{ process: PROCESS, window: { ...windowsOf(60)[1], toUnixNanos: ORIGIN + 180_000_000_000n } }] },
};

const stopped: Service = ({ rng, time }) => {
  const own = usualNanos(rng, 20 * MS);
  const inSecond = (time * 60 * 1e9) % 1e9;
  const held = inSecond < 250 * MS ? 250 * MS - inSecond : 0;
  return { durationNanos: own + held };
};

const starved =
  (delayMs: number): Service =>
  ({ rng }) => {
    const own = usualNanos(rng, 20 * MS);
    const schedNanos = delayMs * MS * (0.5 + rng());
    const wait = { at: GET, offsetNanos: own / 2, waitNanos: 0.5 * MS, schedNanos };
    return { durationNanos: own + 0.5 * MS + schedNanos, waits: [wait] };
  };

const burning =
  (extraMs: number, delayMs: number): Service =>
  (context) => {
    const request = slower(extraMs)(context);
    const wait = { at: GET, offsetNanos: 0, waitNanos: 0.1 * MS, schedNanos: delayMs * MS * context.rng() };
    return { ...request, waits: [wait] };
  };

const callAndLock: Service = (context) => {
  const own = usualNanos(context.rng, 20 * MS);
  if (context.rng() >= 0.3) return { durationNanos: own };
  const call = 200 * MS * (0.5 + context.rng());
  return {
    durationNanos: own + call,
    stretches: [{ kind: 'call', host: 'stock:8080', offsetNanos: own / 2, durationNanos: call }],
    waits: [{ at: GET, offsetNanos: own / 2 + 0.2 * call, waitNanos: 0.4 * call }],
  };
};

describe('a slow dependency', () => {
  const stock = { kind: 'call', host: 'stock:8080' } as const;

  test('is named by its host, with its share and its remedy', () => {
    const answer = judged({
      before: withInnocents(spending(stock, 5, 0)),
      during: withInnocents(spending(stock, 5)),
    });
    expect(answer.verdict).toBe('downstream');
    expect(answer.timeCause).toMatchObject({ kind: 'downstream', host: 'stock:8080' });
    expect(answer.timeCause?.explained.value).toBeGreaterThan(0.9);
    expect(answer.cause).toBeUndefined();
    expect(answer.sentence).toContain('of the extra latency is calls to `stock:8080`.');
    expect(answer.remedy).toContain('Ask the same question of `stock:8080`');
    expect(answer.confidence).toBe('high');
    expect(answer.reasons.join('\n')).toContain('ruled out: `log.(*Logger).Log`');
  });

  test('beside another host that is as slow as ever', () => {
    const both: Service = (context) => {
      const request = spending(stock)(context);
      const usual = { kind: 'call', host: 'user:8080', offsetNanos: 0, durationNanos: 8 * MS } as const;
      return {
        ...request,
        durationNanos: request.durationNanos + 8 * MS,
        stretches: [...(request.stretches ?? []), usual],
      };
    };
    const answer = judged({ before: spending({ kind: 'call', host: 'user:8080' }, 8, 0), during: both });
    expect(answer.timeCause?.host).toBe('stock:8080');
    expect(answer.timeCauses.find(({ host }) => host === 'user:8080')?.explained.value).toBeLessThan(0.05);
  });

  test('called by goroutines that the request started, it blames nobody', () => {
    const answer = judged({ before: quiet, during: spending({ ...stock, binding: 'inherited' }) });
    expect(answer.verdict).toBe('unexplained');
  });
});

describe('the collector', () => {
  test('is blamed for the help it takes from requests', () => {
    const answer = judged({ before: quiet, during: spending({ kind: 'assist' }) });
    expect(answer.verdict).toBe('gc');
    expect(answer.sentence).toContain('is work for the garbage collector.');
    expect(answer.remedy).toContain('GOGC');
  });

  test('is blamed for stops of the world, which no trace carries', () => {
    const [, during] = windowsOf(60);
    const stops = Array.from({ length: 60 }, (_, i) => during.fromUnixNanos + BigInt(i) * 1_000_000_000n);
    const findings = {
      stops: {
        processes: new Uint32Array(60).fill(PROCESS),
        startUnixNanos: BigInt64Array.from(stops),
        durationNanos: new Float64Array(60).fill(250 * MS),
      },
    };
    const answer = judged({ before: quiet, during: stopped, findings: { during: findings } });
    expect(answer.verdict).toBe('gc');
    expect(answer.timeCause?.explained.value).toBeGreaterThan(0.9);
  });

  test('a wait for it is its time, not a lock', () => {
    const answer = judged({ before: quiet, during: waiting(0.3, 200, { kind: 'gc' }) });
    expect([answer.verdict, answer.candidates]).toEqual(['gc', []]);
  });
});

test('the scheduler: requests that had their lock and waited for a CPU', () => {
  const answer = judged({ before: starved(0.005), during: starved(120) });
  expect(answer.verdict).toBe('scheduler');
  expect(answer.sentence).toContain('is waiting for a CPU.');
  expect(answer.reasons.join('\n')).toMatch(/CPU: after .* more of 6000 waits/);
});

describe('channels and CPU: told only by dumps of the goroutine flight recorder', () => {
  const SEND = site('queue.(*Queue).Push', 19);

  test('a full channel is named by its line', () => {
    const channel = { kind: 'channel', site: SEND } as const;
    const answer = judged({ before: spending(channel, 1, 0), during: spending(channel, 1), findings: wholeWindows });
    expect(answer.verdict).toBe('channel');
    expect(answer.timeCause?.site).toEqual(SEND);
    expect(answer.sentence).toContain('waiting for a channel at `queue.(*Queue).Push`');
    expect(answer.confidence).toBe('medium');
  });

  test('without a dump of the baseline too, with what that leaves unsaid', () => {
    const answer = judged({
      before: quiet,
      during: spending({ kind: 'channel', site: SEND }),
      findings: { during: wholeWindows.during },
    });
    expect(answer.verdict).toBe('channel');
    expect(answer.timeCause?.explained.value).toBeGreaterThan(0.7);
    expect(answer.reasons.join('\n')).toContain('it compares with nothing');
  });

  test('running on a CPU', () => {
    const answer = judged({
      before: spending({ kind: 'running' }, 4, 0),
      during: spending({ kind: 'running' }, 4),
      findings: wholeWindows,
    });
    expect(answer.verdict).toBe('cpu');
    expect(answer.sentence).toContain('is running on a CPU');
  });

  test('without dumps nobody is blamed, and the probe that would tell is named', () => {
    const answer = judged({ before: quiet, during: slower(400), findings: { during: { watched: ['lock_waits'] } } });
    expect(answer.verdict).toBe('unexplained');
    expect(answer.nextProbes.join('\n')).toMatch(/client: .*\ngc: .*\ngoroutine: /);
  });

  test('what is left of requests is CPU only where goroutines had to wait for one', () => {
    const answer = judged({ before: burning(0, 0.01), during: burning(400, 6) });
    expect(answer.verdict).toBe('cpu');
    expect(answer.confidence).not.toBe('high');
    expect(judged({ before: burning(0, 0.01), during: burning(400, 0.01) }).verdict).toBe('unexplained');
  });
});

test('two causes, 60 : 40 in the same requests, overlapping: no nanosecond counts twice', () => {
  const answer = judged({ before: quiet, during: callAndLock });
  expect(answer.verdict).toBe('downstream');
  expect(answer.timeCause?.explained.value).toBeCloseTo(0.6, 1);
  expect(answer.candidates[0]?.explained.value).toBeCloseTo(0.4, 1);
  expect(answer.sentence).toMatch(/Also: waiting at `cache\.\(\*Cache\)\.Get` .* 40 %|39 %/);
});
