/** Vitest's JSON report (vitest --reporter=json): what it counts, what failed, and what a second try changes. Pure. */
import { type Counts, NONE } from './stages.ts';

/** The part of the report that is read. */
export interface VitestReport {
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

export const failedFiles = (report: VitestReport | undefined): readonly string[] =>
  (report?.testResults ?? []).flatMap(({ name, status }) => (status === 'failed' ? [name] : []));

/** Lanes have no file in common. */
export const joined = (reports: readonly VitestReport[]): VitestReport => ({
  testResults: reports.flatMap(({ testResults }) => testResults),
});

/** The report with the files that ran again as they were then. */
export function withSecondTry(first: VitestReport, second: VitestReport): VitestReport {
  const again = new Map(second.testResults.map((file) => [file.name, file]));
  return { testResults: first.testResults.map((file) => again.get(file.name) ?? file) };
}

/**
 * A run that failed without a failing test (a file that does not load, a world that does not start) counts as one failure:
 * otherwise nothing ran and all would be green.
 */
export function countReport(report: VitestReport | undefined, exitStatus: number | null): Counts {
  if (report === undefined) return { ...NONE, failed: 1 };
  const statuses = report.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const passed = statuses.filter((status) => status === 'passed').length;
  const failed = statuses.filter((status) => status === 'failed').length;
  const isBroken = exitStatus !== 0 || failedFiles(report).length > 0;
  return { passed, failed: isBroken && failed === 0 ? 1 : failed, skipped: statuses.length - passed - failed };
}
