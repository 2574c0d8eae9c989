/** The stages of `npm test` and the counting of their results. Pure. */

export interface Stage {
  readonly name: string;
  /** vitest project of infra/vitest.config.ts */
  readonly project: string;
  /** what the stage may take on two cores; printed beside what it took, never a reason to fail */
  readonly budgetMinutes: number;
  /** folders whose files run beside those of the next lane, each lane in a world of its own */
  readonly lanes?: readonly (readonly string[])[];
}

/** Both wait as much as they work: one for the kernel and what it watches, one for the broker and the engine. */
export const INTEGRATION_LANES = [
  ['libs/probe', 'libs/golang', 'infra'],
  ['libs/events', 'libs/otel', 'libs/store', 'libs/stream', 'apps'],
] as const;

export const STAGES: readonly Stage[] = [
  { name: 'unit', project: 'unit', budgetMinutes: 2 },
  { name: 'integration', project: 'integration', budgetMinutes: 6, lanes: INTEGRATION_LANES },
  { name: 'chaos', project: 'chaos', budgetMinutes: 3 },
  { name: 'end to end', project: 'e2e', budgetMinutes: 12 },
];

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

export const addCounts = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

export const summary = (counts: Counts): string =>
  `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
