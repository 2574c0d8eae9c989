/** The known name a misspelt or shortened one most likely meant, by edit distance; none if it is too far from all. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceTo(name.slice(0, 64), candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, best.candidate.length / 3) ? best.candidate : undefined;
}

/** `ttl` means `ttlSeconds`. */
function distanceTo(name: string, candidate: string): number {
  const shortened = name.length >= 2 && candidate.toLowerCase().startsWith(name.toLowerCase());
  return shortened ? 0 : editDistance(name, candidate);
}

/** Levenshtein's distance, one row at a time, ignoring case. */
function editDistance(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
