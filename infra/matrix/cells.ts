/**
 * From vitest's JSON report of one Go version to the cells of the matrix: one for each family or subject. Pure.
 * A cell is ok when something was tested there and nothing failed; what only skipped is not ok: nothing was shown.
 */

export interface Cell {
  readonly name: string;
  readonly ok: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of vitest's JSON report that is read (vitest --reporter=json). */
export interface MatrixReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly ancestorTitles?: readonly string[] }[];
  }[];
}

/** …/libs/probe/src/families/lock/lock.integration.test.ts → lock; …/libs/golang/src/binary.integration.test.ts → golang/binary */
export function subjectOf(file: string): string {
  const family = /\/families\/(\w+)\//.exec(file)?.[1];
  if (family !== undefined) return family;
  const [, library, name] = /\/libs\/(\w+)\/.*?([\w-]+)\.integration\.test\.ts$/.exec(file) ?? [];
  return `${library ?? 'unknown'}/${name ?? file}`;
}

export function cellsOf(version: string, report: MatrixReport | undefined): readonly Cell[] {
  if (report === undefined) return [cellOf(`go${version}`, ['failed'])];
  const subjects = Map.groupBy(report.testResults, ({ name }) => subjectOf(name));
  return [...subjects].map(([subject, files]) => {
    const statuses = files.flatMap((file) => file.assertionResults.map(({ status }) => status));
    return cellOf(`go${version} ${subject}`, statuses);
  });
}

/** One cell for each program of the report of libs/probe/src/strangers: its outermost `describe`. */
export function strangerCells(report: MatrixReport | undefined): readonly Cell[] {
  const results = report?.testResults.flatMap((file) => file.assertionResults) ?? [];
  if (results.length === 0) return [cellOf('strangers', ['failed'])];
  const programs = Map.groupBy(results, ({ ancestorTitles }) => ancestorTitles?.[0] ?? '');
  return [...programs].map(([name, its]) =>
    cellOf(
      name,
      its.map(({ status }) => status),
    ),
  );
}

function cellOf(name: string, statuses: readonly string[]): Cell {
  const count = (wanted: string): number => statuses.filter((status) => status === wanted).length;
  const [passed, failed] = [count('passed'), count('failed')];
  // A file that does not load has no results at all.
  const isOk = failed === 0 && passed > 0;
  return { name, ok: isOk, passed, failed, skipped: statuses.length - passed - failed };
}
