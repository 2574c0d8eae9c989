/** What several queues have done, together. Pure. */
import { type Tally, emptyTally } from '../agent/tally.ts';

export function sumTallies(tallies: readonly Tally[]): Tally {
  const sum = emptyTally();
  for (const [kind, count] of Object.entries(sum)) {
    for (const each of tallies) {
      // The keys of a tally are the kinds.
      const { rows, batches } = each[kind as keyof Tally];
      count.rows += rows;
      count.batches += batches;
    }
  }
  return sum;
}
