/** Operations on maps and sync.Maps, conflicts and crashes. Pure. */
import { PROBE_EVENT_KINDS } from '@mapscope/events';
import { growingCounter } from './growing.ts';
import { type GrowthFamilies, placeLabels } from './growth-families.ts';

/** Keys of a sync.Map are interface values, which no probe reads. */
const ANY_KEY = 'any';

export function eventFamilies(): GrowthFamilies {
  const maps = growingCounter({ name: 'go_map_operations', help: 'Operations on maps, where they are probed' });
  const conflicts = growingCounter({
    name: 'go_map_conflicts',
    help: 'Times that two goroutines were inside one map at once, one of them writing',
  });
  const syncmaps = growingCounter({ name: 'syncmap_ops', help: 'Operations on sync.Maps, where they are probed' });
  const crashes = growingCounter({ name: 'go_crashes', help: 'Fatal errors, throws and panics of the runtime' });
  return {
    know: (place) => {
      conflicts.add(placeLabels(place), 0);
      for (const kind of Object.keys(PROBE_EVENT_KINDS)) crashes.add({ ...placeLabels(place), kind }, 0);
    },
    take: (growth) => {
      for (const row of growth.maps) {
        maps.add({ ...placeLabels(row), op: row.op, key_pattern: row.keyClass }, row.operations);
        conflicts.add(placeLabels(row), row.conflicts);
      }
      for (const row of growth.syncmaps) {
        syncmaps.add({ ...placeLabels(row), op: row.op, key_pattern: ANY_KEY }, row.operations);
      }
      for (const row of growth.crashes) crashes.add({ ...placeLabels(row), kind: row.kind }, row.crashes);
    },
    families: () => [maps.family(), conflicts.family(), syncmaps.family(), crashes.family()],
  };
}
