/**
 * The probes in a real arm64 kernel, in short: one Go version, the families that every agent has on. `npm run arm64` is the
 * long form. Skipped with its reason where the packages cannot be fetched.
 */
import { parsePlatform } from '@mapscope/events';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureGo } from '../setup/tasks/go-toolchain.ts';
import { dataPaths } from '../world/paths.ts';
import { cellsOfTests } from './cells.ts';
import { runProbeTests, SHORT, type ProbeTestsResult } from './probe-tests.ts';
import { ensureArm64 } from './run.ts';

/** The newest of those that `npm test` fetches. */
const GO_VERSION = '1.26';
/** Bound of what has no end, above the machine's own. */
const LIMIT_MILLIS = 900_000;

const paths = dataPaths();
const reason = await whyNot();

async function whyNot(): Promise<string | undefined> {
  try {
    await ensureGo(paths, GO_VERSION);
    await ensureArm64(paths, SHORT.flavour);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe.skipIf(reason !== undefined)(
  `a real arm64 kernel, emulated (skipped where not to be had: ${reason ?? ''})`,
  () => {
    let result: ProbeTestsResult;
    beforeAll(async () => {
      result = await runProbeTests(paths, { ...SHORT, versions: [GO_VERSION] });
    }, LIMIT_MILLIS);

    it('every family counts what the program counts; stacks, lines and trace ids are right; nothing is lost', () => {
      const cells = cellsOfTests(result, [GO_VERSION], '');
      expect(cells.filter(({ ok }) => !ok)).toEqual([]);
      expect(cells).toHaveLength(SHORT.subjects.length);
    });

    it('an agent there says that its CPU is emulated, and which', () => {
      expect(parsePlatform(result.platform)).toMatchObject({
        arch: 'arm64',
        part: SHORT.cpu,
        goVersion: GO_VERSION,
        pageBytes: 4096,
        emulation: 'tcg',
      });
    });
  },
);
