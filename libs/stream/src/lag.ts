/** How far a group is behind: Σ over partitions of (end − next to read). Pure. */
export interface EndOffset {
  readonly partition: number;
  readonly low: string;
  readonly high: string;
}

export interface CommittedOffset {
  readonly partition: number;
  /** "-1": nothing committed yet */
  readonly offset: string;
}

/** Example: high 120, committed 100 → 20; nothing committed and low 0 → 120; committed below low (retention) → high − low. */
export function totalLag(ends: readonly EndOffset[], committed: readonly CommittedOffset[]): number {
  const nextOf = new Map(committed.map(({ partition, offset }) => [partition, BigInt(offset)]));
  let lag = 0n;
  for (const end of ends) {
    const low = BigInt(end.low);
    const next = nextOf.get(end.partition) ?? -1n;
    const behind = BigInt(end.high) - (next > low ? next : low);
    if (behind > 0n) lag += behind;
  }
  return Number(lag);
}
