/** pprof labels against a program that knows which trace id each of its waits should have. Real kernel, every Go at hand. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTarget, findToolchains, variantsOf, whyNot } from '../../test-target.ts';
import { compareWaits, watchTraces } from './test-traces.ts';
import type { Seen } from './test-traces.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);

describe.skipIf(reason !== undefined)(`pprof labels (${reason ?? 'real kernel'})`, () => {
  describe.each(variantsOf(toolchains))('$name', ({ toolchain, flags }) => {
    let executable: string;
    let seen: Seen;
    beforeAll(async () => {
      executable = buildTarget('traces', toolchain, flags);
      seen = await watchTraces(executable);
    }, 120_000);
    afterAll(() => rmSync(executable, { force: true }));

    it('each wait has the trace id in the labels of its goroutine, and none without', () => {
      expect(seen.expected.Waits.length).toBe(20);
      compareWaits(seen);
      expect(seen.health.mapFull + seen.health.selftestFailed).toBe(0n);
    });
  });

  it.skipIf(toolchains.length === 0)(
    'other labels can be looked for instead',
    async () => {
      const [toolchain] = toolchains.slice(-1);
      if (toolchain === undefined) return;
      const executable = buildTarget('traces', toolchain, []);
      const { expected, waits } = await watchTraces(executable, { traceLabels: ['trace_ie'] });
      rmSync(executable, { force: true });
      const bound = waits.filter((row) => row['binding'] !== 0);
      expect(bound.map((row) => String(row['lock_addr']))).toEqual(
        expected.Waits.filter(({ Name }) => Name === 'other labels').map(({ Lock }) => Lock),
      );
    },
    60_000,
  );
});
