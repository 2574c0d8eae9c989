/**
 * More events than the smallest ring can hold: what is seen and what the kernel counts as lost is together what the program
 * did, exactly. Skipped with its reason where there is no root or no Go.
 */
import { MAP_EVENT_KINDS } from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { playAlone } from './test-locks.ts';
import type { Play } from './test-locks.ts';
import { findToolchains, rowsOf, whyNot } from './test-target.ts';
import type { Row } from './test-target.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);
const RING_BYTES = 64 * 1024;

const isWrite = (row: Row): boolean => row['kind'] === MAP_EVENT_KINDS.write;
const FLOODS: readonly (readonly [Play, 'lock_waits' | 'map_events', (row: Row) => boolean])[] = [
  [{ scene: 'flood', families: ['lock'], ringBytes: RING_BYTES }, 'lock_waits', () => true],
  [{ scene: 'flood of writes', families: ['map'], ringBytes: RING_BYTES }, 'map_events', isWrite],
];

describe.skipIf(reason !== undefined)(`a ring of 64 KiB that overflows (skipped: ${reason ?? 'no'})`, () => {
  describe.each(toolchains)('$version', (toolchain) => {
    it.each(FLOODS)('$scene: seen + lost = done, exactly', async (play, kind, isMeant) => {
      const { answer, batches, problems, session } = await playAlone(toolchain, play);
      const counters = session.counters().find((found) => found.kind === kind);
      const rows = rowsOf(batches, kind);
      const lost = Number(counters?.lost);
      expect(rows.filter(isMeant).length + lost).toBe(answer.Waits);
      expect(rows.length).toBe(Number(counters?.submitted));
      // else nothing has been shown
      expect(lost).toBeGreaterThan(0);
      expect(rows.filter(isMeant).length).toBeGreaterThan(0);
      expect(problems).toEqual([]);
    });
  });
});
