/**
 * Spans of the OpenTelemetry SDK for Go against a program that knows which trace and span id each of its waits, and each
 * request, should have. Real kernel, every Go at hand with the newest SDK in Debian that it compiles.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveManifest } from '../../manifest.ts';
import { buildWith, libraryFor } from '../../test-library.ts';
import { findToolchains, whyNot } from '../../test-target.ts';
import { SPAN_START } from './hooks.ts';
import { compareRequests, compareWaits, readBinary, watchTraces } from './test-traces.ts';
import type { Seen } from './test-traces.ts';

const STRIPPED = ['-ldflags=-s -w'];

const found = findToolchains().flatMap((toolchain) => {
  const sdk = libraryFor('otel', toolchain);
  return sdk === undefined ? [] : [{ name: `${toolchain.version}, SDK ${sdk.version}`, toolchain, sdk }];
});
const reason = whyNot(findToolchains()) ?? (found.length === 0 ? 'no SDK: npm test fetches it from Debian' : undefined);

/** Their own DWARF says where the ids stand; stripped ones' build information which version they have. */
const variants = found.flatMap(({ name, ...program }) => [
  { name, flags: [], ...program },
  { name: `${name}, stripped`, flags: STRIPPED, ...program },
]);

describe.skipIf(reason !== undefined)(`spans of the OpenTelemetry SDK (${reason ?? 'real kernel'})`, () => {
  describe.each(variants)('$name', ({ toolchain, sdk, flags }) => {
    let executable: string;
    let seen: Seen;
    beforeAll(async () => {
      executable = buildWith(sdk, toolchain, flags);
      seen = await watchTraces(executable);
    }, 300_000);
    afterAll(() => rmSync(executable, { force: true }));

    it('each wait has the ids of the newest open span of its goroutine, else of its request', () => {
      expect(seen.expected.Waits.length).toBe(463);
      compareWaits(seen);
    });

    it("each request has the id of its first span, where that is another than the header's", () => {
      expect(seen.requests.length).toBe(9);
      compareRequests(seen);
    });

    it('what found no room is counted, and nothing else went wrong', () => {
      expect(seen.health).toMatchObject({ mapFull: BigInt(seen.expected.Forgotten), selftestFailed: 0n });
    });
  });

  it('a stripped program with an SDK that is not known is watched without its spans, and the manifest says why', () => {
    const [program] = found.slice(-1);
    if (program === undefined) return;
    const executable = buildWith(program.sdk, program.toolchain, STRIPPED, 'v1.99.0');
    const { hooks, gaps, families, constants } = resolveManifest(readBinary(executable), ['trace', 'http']);
    rmSync(executable, { force: true });
    expect(families).toEqual(['trace', 'http']);
    expect(hooks.map((hook) => hook.function)).not.toContain(SPAN_START);
    expect(constants.span_context_offset).toBe(0);
    expect(gaps).toMatchObject([
      { family: 'trace', function: SPAN_START, required: false, reason: expect.stringContaining('sdk v1.99.0') },
    ]);
  }, 300_000);
});
