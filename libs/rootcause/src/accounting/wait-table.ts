/**
 * How long did each request wait for each candidate? Waits of one request and one candidate that overlap are united
 * first, so no nanosecond counts twice:
 *
 *     wait 1      ├───────┤
 *     wait 2          ├───────┤
 *     union       ├───────────┤
 *
 * The result is sparse, entries of one candidate together (offsets[c] … offsets[c+1]).
 */
import type { Cohort } from './cohort.ts';
import type { MatchedWaits } from './match.ts';

export interface WaitTable {
  readonly offsets: Uint32Array;
  readonly request: Uint32Array;
  readonly nanos: Float64Array;
}

/** Waits that count: their candidate ≥ 0; −1 leaves a wait out. */
export function waitTable(
  cohort: Cohort,
  matched: MatchedWaits,
  candidateOfWait: Int32Array,
  candidates: number,
): WaitTable {
  const order = inOrder(cohort, matched, candidateOfWait);
  const entries = uniteInOrder(order, matched, candidateOfWait, candidates);
  return byCandidate(entries, candidates);
}

/** One value per request, 0 where it did not wait. */
export function dense(table: WaitTable, candidate: number, count: number): Float64Array {
  const values = new Float64Array(count);
  const end = table.offsets[candidate + 1] ?? 0;
  for (let e = table.offsets[candidate] ?? 0; e < end; e += 1) values[table.request[e] ?? 0] = table.nanos[e] ?? 0;
  return values;
}

/** Waits by request, then by time: a counting sort over requests, then a small sort inside each. */
function inOrder(cohort: Cohort, matched: MatchedWaits, candidateOfWait: Int32Array): Uint32Array {
  const place = new Uint32Array(cohort.count + 1);
  const counts = (w: number): boolean => (matched.request[w] ?? -1) >= 0 && (candidateOfWait[w] ?? -1) >= 0;
  const n = matched.request.length;
  for (let w = 0; w < n; w += 1) if (counts(w)) increment(place, (matched.request[w] ?? 0) + 1);
  for (let r = 0; r < cohort.count; r += 1) place[r + 1] = (place[r + 1] ?? 0) + (place[r] ?? 0);
  const order = new Uint32Array(place[cohort.count] ?? 0);
  const next = place.slice();
  for (let w = 0; w < n; w += 1) if (counts(w)) order[increment(next, matched.request[w] ?? 0)] = w;
  for (let r = 0; r < cohort.count; r += 1) {
    const [low, high] = [place[r] ?? 0, place[r + 1] ?? 0];
    if (high - low > 1) order.subarray(low, high).sort((a, b) => (matched.from[a] ?? 0) - (matched.from[b] ?? 0));
  }
  return order;
}

/** The value before. */
function increment(counts: Uint32Array, index: number): number {
  const before = counts[index] ?? 0;
  counts[index] = before + 1;
  return before;
}

interface Entries {
  readonly count: number;
  readonly candidate: Uint32Array;
  readonly request: Uint32Array;
  readonly nanos: Float64Array;
}

/** `entryOf` names the open entry of each candidate; it is valid while that entry is of the request at hand. */
function uniteInOrder(
  order: Uint32Array,
  matched: MatchedWaits,
  candidateOfWait: Int32Array,
  candidates: number,
): Entries {
  const candidate = new Uint32Array(order.length);
  const request = new Uint32Array(order.length);
  const nanos = new Float64Array(order.length);
  const entryOf = new Int32Array(candidates).fill(-1);
  const coveredTo = new Float64Array(candidates);
  let count = 0;
  for (const w of order) {
    const c = candidateOfWait[w] ?? 0;
    const r = matched.request[w] ?? 0;
    const from = matched.from[w] ?? 0;
    const to = matched.to[w] ?? 0;
    let e = entryOf[c] ?? -1;
    if (e < 0 || request[e] !== r) {
      e = count;
      count += 1;
      [candidate[e], request[e], entryOf[c], coveredTo[c]] = [c, r, e, from];
    }
    const covered = coveredTo[c] ?? 0;
    nanos[e] = (nanos[e] ?? 0) + Math.max(0, to - Math.max(from, covered));
    coveredTo[c] = Math.max(covered, to);
  }
  return { count, candidate, request, nanos };
}

function byCandidate(entries: Entries, candidates: number): WaitTable {
  const offsets = new Uint32Array(candidates + 1);
  for (let e = 0; e < entries.count; e += 1) increment(offsets, (entries.candidate[e] ?? 0) + 1);
  for (let c = 0; c < candidates; c += 1) offsets[c + 1] = (offsets[c + 1] ?? 0) + (offsets[c] ?? 0);
  const request = new Uint32Array(entries.count);
  const nanos = new Float64Array(entries.count);
  const next = offsets.slice();
  for (let e = 0; e < entries.count; e += 1) {
    const at = increment(next, entries.candidate[e] ?? 0);
    request[at] = entries.request[e] ?? 0;
    nanos[at] = entries.nanos[e] ?? 0;
  }
  return { offsets, request, nanos };
}
