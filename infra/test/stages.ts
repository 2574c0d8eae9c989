/** The stages of `npm test` and the counting of their results. Pure. */

export interface Stage {
  readonly name: string;
  /** vitest project of infra/vitest.config.ts */
  readonly project: string;
  /** what the stage may take on two cores; printed beside what it took, never a reason to fail */
  readonly budgetMinutes: number;
}

export const STAGES: readonly Stage[] = [
  { name: 'unit', project: 'unit', budgetMinutes: 2 },
  { name: 'integration', project: 'integration', budgetMinutes: 6 },
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

/** The part of vitest's JSON report that is counted (vitest --reporter=json). */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly FileReport[];
}

interface FileReport {
  readonly name: string;
  readonly status: string;
  /** why the file failed as a whole, e.g. because it does not load */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

/** What failed, for the end of the output, where it is looked for: file, test and first lines of the reason. */
export function failuresOf(report: VitestReport | undefined): readonly string[] {
  return (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [`${name}\n${firstLines(message)}`] : [];
    return failed.map((test) => `${name}: ${test.fullName}\n${firstLines(test.failureMessages.join('\n'))}`);
  });
}

const firstLines = (text: string): string =>
  text
    .split('\n')
    .slice(0, 12)
    .map((line) => `    ${line}`)
    .join('\n');

/**
 * A run that failed without a failing test (a file that does not load, a world that does not start) counts as one failure:
 * otherwise nothing ran and all would be green.
 */
export function countReport(report: VitestReport | undefined, exitStatus: number | null): Counts {
  if (report === undefined) return { ...NONE, failed: 1 };
  const failed = report.numFailedTests;
  return {
    passed: report.numPassedTests,
    failed: exitStatus !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export const summary = (counts: Counts): string =>
  `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
