/**
 * How often each sync.Map had to go to its locked half of late (until Go 1.23, which has no such half any more): a gauge,
 * of the time between two looks, for the maps with the most misses. Pure.
 */
import type { SyncmapGrowth } from '@mapscope/store';
import type { Sample } from '../exposition/family.ts';
import { type GrowthFamilies, placeLabels } from './growth-families.ts';

const MAX_MAPS = 50;

export function syncmapMisses(): GrowthFamilies {
  let shown: readonly Sample[] = [];
  return {
    know: () => undefined,
    take: ({ syncmaps }) => (shown = missesOf(syncmaps)),
    families: () => [
      { name: 'syncmap_load_misses', help: 'Misses of a sync.Map between two looks', type: 'gauge', samples: shown },
    ],
  };
}

const missesOf = (rows: readonly SyncmapGrowth[]): readonly Sample[] =>
  rows
    .filter(({ op }) => op === 'miss')
    .toSorted((a, b) => b.operations - a.operations)
    .slice(0, MAX_MAPS)
    .map((row) => ({ labels: { ...placeLabels(row), shard: row.mapAddress }, value: row.operations }));
