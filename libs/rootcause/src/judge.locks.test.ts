/**
 * Planted truths about locks and maps beyond a lock held long: pending writers, hot shards, maps that crash the process.
 */
import { describe, expect, test } from 'vitest';
import type { RootCause } from './answer.ts';
import { judge } from './judge.ts';
import { compared, GET, PUT, REBUILD, site, windowsOf } from './testing/planted.ts';
import type { Comparison, Service } from './testing/planted.ts';
import { quiet, slower, waiting } from './testing/services.ts';

const judged = (plan: Comparison): RootCause => judge(compared(plan));

const shards =
  (hot: number, share: number): Service =>
  (context) => {
    const { rng } = context;
    const lock = `0x${(rng() < hot ? 16 : 1 + Math.floor(rng() * 16)).toString(16)}`;
    return waiting(share, share === 1 ? 0.2 : 200, { lock, kind: 'mutex' })(context);
  };

const afterwards: Service = (context) => (context.time > 1 / 3 && context.time < 0.8 ? slower(400) : quiet)(context);

describe('locks that are more than held long', () => {
  test('readers behind a pending writer, and the slow reader that it waits for', () => {
    const slowReader = site('report.(*Report).Build', 71);
    const lockAddress = `0x${(GET.line * 0xc000).toString(16).padStart(16, '0')}`;
    const answer = judged({
      before: quiet,
      during: waiting(0.3, 200, { by: PUT, rwState: 'writer_pending' }),
      findings: { during: { heldByReaders: [{ lockAddress, reader: slowReader, waitNanos: 9e9 }] } },
    });
    expect(answer.verdict).toBe('rw-writer-pending');
    expect(answer.cause).toMatchObject({ waiter: GET, writerPending: 1, slowReader });
    expect(answer.sentence).toContain('itself waited for a slow reader, `report.(*Report).Build`');
    expect(answer.remedy).toContain('Shorten the read side in `report.(*Report).Build`');
  });

  test('a writer that holds the lock is plain contention', () => {
    expect(judged({ before: quiet, during: waiting(0.3, 200, { rwState: 'writer_holding' }) }).verdict).toBe(
      'contention',
    );
  });

  test('one hot shard of sixteen', () => {
    const answer = judged({ before: shards(0, 1), during: shards(0.85, 0.3) });
    expect(answer.verdict).toBe('hot-shard');
    expect(answer.cause?.spread).toMatchObject({ locks: 16, hottest: '0x10' });
    expect(answer.sentence).toMatch(/One of its 16 shards is hot: 0x10 has 8\d % \[\d+, \d+\] of the waits/);
  });

  test('sixteen shards waited for alike are plain contention', () => {
    const answer = judged({ before: quiet, during: shards(0, 0.3) });
    expect(answer.verdict).toBe('contention');
    expect(answer.cause?.spread?.hottestShare.value).toBeLessThan(0.2);
  });

  test('the map that the lock guards is named', () => {
    const lockAddress = `0x${(GET.line * 0xc000).toString(16).padStart(16, '0')}`;
    const guards = [{ lockAddress, mapType: 'map[string]int', site: PUT, count: 90 }];
    const answer = judged({ before: quiet, during: waiting(0.3, 200), findings: { during: { guards } } });
    expect(answer.cause?.guards).toEqual({ mapType: 'map[string]int', site: PUT, share: 1 });
    expect(answer.sentence).toContain('which guards the `map[string]int` used in `cache.(*Cache).Put`');
  });
});

describe('a map that two goroutines use', () => {
  const crash = { unixNanos: windowsOf(60)[1].fromUnixNanos + 20_000_000_000n, message: 'concurrent map writes' };
  const conflict = { mapType: 'map[string]int', mapAddress: '0x1', site: PUT, other: REBUILD, count: 3 };

  test('crashed the process: both lines, and the slow time after it', () => {
    const answer = judged({
      before: quiet,
      during: afterwards,
      findings: { during: { crashes: [crash], conflicts: [conflict] } },
    });
    expect(answer.verdict).toBe('map-conflict');
    expect(answer.conflict).toEqual(conflict);
    expect(answer.sentence).toContain('because the Go runtime ended the process');
    expect(answer.sentence).toContain('`cache.(*Cache).Put`');
    expect(answer.remedy).toContain('`cache.(*Cache).Rebuild`');
  });

  test('but requests were slow all along: the crash is told, not blamed', () => {
    const answer = judged({ before: quiet, during: slower(400), findings: { during: { crashes: [crash] } } });
    expect(answer.verdict).toBe('unexplained');
    expect(answer.reasons.join('\n')).toContain('timing (does not hold)');
  });

  test('a conflict that the runtime did not notice blames nobody and is told', () => {
    const answer = judged({
      before: quiet,
      during: waiting(0.3, 200),
      findings: { during: { conflicts: [conflict] } },
    });
    expect(answer.verdict).toBe('contention');
    expect(answer.reasons.join('\n')).toContain('may end the process');
  });
});
