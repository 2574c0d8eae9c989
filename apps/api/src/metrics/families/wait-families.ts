/** Waiting for locks, as a whole and by the line that asked. Pure. */
import type { WaitGrowth } from '@mapscope/store';
import { growingCounter, growingHistogram } from './growing.ts';
import { type GrowthFamilies, NANOS, observedOf, placeLabels, toNanos } from './growth-families.ts';

/** A lock is waited for between microseconds and seconds: one bound a decade, three where requests live. */
const SECONDS = [1e-5, 1e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 10];
/** Places in the source: each service has a few that matter. */
const MAX_SITES = 500;

export const WAIT_BOUNDS = toNanos(SECONDS);

export function waitFamilies(): GrowthFamilies {
  const durations = growingHistogram(
    { name: 'go_mutex_wait_duration_seconds', help: 'Time that goroutines waited for locks, without the scheduler' },
    SECONDS,
  );
  const waited = growingCounter({
    name: 'go_sync_lock_wait_seconds',
    help: 'Time waited for locks, by the line that asked for them',
    limit: MAX_SITES,
  });
  const contentions = growingCounter({
    name: 'go_sync_lock_contentions',
    help: 'How often a goroutine had to wait for a lock, by the line that asked for it',
    limit: MAX_SITES,
  });
  const take = (row: WaitGrowth): void => {
    durations.add({ ...placeLabels(row), kind: row.lockKind }, observedOf(row, SECONDS.length));
    const { function: name, file, line } = row;
    const site = { code_function_name: name, code_file_path: file, code_line_number: String(line) };
    waited.add({ ...placeLabels(row), ...site }, row.sumNanos / NANOS);
    contentions.add({ ...placeLabels(row), ...site }, row.count);
  };
  return {
    know: () => undefined,
    take: ({ waits }) => waits.forEach(take),
    families: () => [durations.family(), waited.family(), contentions.family()],
  };
}
