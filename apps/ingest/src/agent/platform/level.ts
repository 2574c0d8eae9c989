/** The highest level all of whose flags, and those of all below, are present. Pure. */
export interface Level {
  readonly level: string;
  readonly flags: readonly string[];
}

export function highest(levels: readonly Level[], flags: ReadonlySet<string>, base: string): string {
  const missing = levels.findIndex((level) => !level.flags.every((flag) => flags.has(flag)));
  const reached = missing === -1 ? levels.length : missing;
  return levels[reached - 1]?.level ?? base;
}
