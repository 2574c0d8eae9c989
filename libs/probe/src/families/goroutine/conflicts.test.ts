import { MAP_EVENT_KINDS } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import { expect, it } from 'vitest';
import { createConflictMemory } from './conflicts.ts';

const u64 = (value: bigint) => ({ storage: 'u64', values: BigUint64Array.of(value) }) as const;

function mapEvent(kind: number, goid: bigint, otherGoid: bigint): Columns {
  return {
    kind: 'map_events',
    rows: 1,
    columns: {
      kind: { storage: 'u8', values: Uint8Array.of(kind) },
      goid: u64(goid),
      stack: u64(100n + goid),
      other_goid: u64(otherGoid),
      other_stack: u64(100n + otherGoid),
    },
  };
}

it('knows the other one, from both sides, and the latest of several', () => {
  const { note, find } = createConflictMemory();
  note(mapEvent(MAP_EVENT_KINDS.conflict, 1n, 2n));
  note(mapEvent(MAP_EVENT_KINDS.conflict, 3n, 1n));
  expect(find(1n)).toEqual({ goid: 3n, stack: 103n });
  expect(find(2n)).toEqual({ goid: 1n, stack: 101n });
});

it('other map events are no conflicts, and nobody unknown is named', () => {
  const { note, find } = createConflictMemory();
  note(mapEvent(MAP_EVENT_KINDS.write, 1n, 2n));
  note(mapEvent(MAP_EVENT_KINDS.conflict, 1n, 0n));
  expect(find(1n)).toBeUndefined();
});

it('forgets the longest known beyond 1024', () => {
  const { note, find } = createConflictMemory();
  for (let goid = 1n; goid <= 1026n; goid += 2n) note(mapEvent(MAP_EVENT_KINDS.conflict, goid, goid + 1n));
  expect(find(1n)).toBeUndefined();
  expect(find(3n)).toBeDefined();
  expect(find(1026n)).toEqual({ goid: 1025n, stack: 1125n });
});
