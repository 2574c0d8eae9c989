/**
 * Benjamini & Hochberg, J. R. Statist. Soc. B 57 (1995) 289: p values adjusted so that rejecting those ≤ α keeps the
 * false discovery rate at α. `tests` may be larger than the list when only the strongest of many were tested in full:
 * the others count as if their p were 1, so looking at many lock sites cannot make one of them significant.
 */
export function benjaminiHochberg(pValues: readonly number[], tests: number = pValues.length): readonly number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[b] ?? 1) - (pValues[a] ?? 1));
  const adjusted = Array.from({ length: pValues.length }, () => 1);
  let smallest = 1;
  order.forEach((index, position) => {
    const rank = pValues.length - position;
    smallest = Math.min(smallest, ((pValues[index] ?? 1) * Math.max(tests, pValues.length)) / rank);
    adjusted[index] = smallest;
  });
  return adjusted;
}
