/** From the report of the arm64 machine to what is shown: one cell for each family and Go version. Pure. */
import { parsePlatform } from '@mapscope/events';
import { cellsOf, type MatrixReport } from '../matrix/cells.ts';
import type { ProbeTestsResult } from './probe-tests.ts';

export interface Arm64Cell {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Where vitest came to no end its output is the detail. */
export function cellsOfTests(
  result: ProbeTestsResult,
  versions: readonly string[],
  suffix: string,
): readonly Arm64Cell[] {
  const { report, output, platform } = result;
  if (report === undefined) return [{ name: `vitest${suffix}`, ok: false, detail: lastLines(output) }];
  return versions.flatMap((version) =>
    cellsOf(version, ofVersion(report, version)).map(({ name, ok, passed, failed }) => {
      const detail = `${passed} passed, ${failed} failed; ${platform}`;
      return { name: `${name}${suffix}`, ok, detail: ok ? detail : `${detail}; ${failuresOf(output)}` };
    }),
  );
}

/** A test of libs/probe says in its titles which toolchain its program came from: "go1.24.4". */
function ofVersion(report: MatrixReport, version: string): MatrixReport {
  const isMeant = (titles: readonly string[] = []): boolean =>
    titles.some((title) => new RegExp(`^go${version.replace('.', '\\.')}[.\\s,]|^go${version}$`).test(title));
  return {
    testResults: report.testResults.map(({ name, assertionResults }) => ({
      name,
      assertionResults: assertionResults.filter(({ ancestorTitles }) => isMeant(ancestorTitles)),
    })),
  };
}

/** Each CPU model its own tag, and each says that it is emulated. */
export function tagCell(tags: ReadonlyMap<string, string>): Arm64Cell {
  const found = [...tags.values()].map(parsePlatform);
  const differ = new Set(tags.values()).size === tags.size;
  const ok = differ && found.every(({ arch, emulation }) => arch === 'arm64' && emulation === 'tcg');
  return { name: 'platform tags', ok, detail: [...tags].map(([cpu, tag]) => `${cpu}: ${tag}`).join(', ') };
}

const lastLines = (output: string): string => output.trimEnd().split('\n').slice(-15).join('\n');

/** vitest's own lines of what failed, which carry no secrets and no times of use */
function failuresOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => /^(FAIL|AssertionError|MapscopeError)/.test(line))
    .slice(0, 12)
    .join(' | ');
}
