/**
 * Requests of gRPC-Go against a server that says of each wait in its handlers which trace it should have. Real kernel, every
 * Go at hand with the newest gRPC in Debian that it compiles.
 */
import { rmSync } from 'node:fs';
import { LOCK_KINDS, REQUEST_ENDS, TRACE_SOURCES } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveManifest } from '../../manifest.ts';
import { buildWith, libraryFor } from '../../test-library.ts';
import { findToolchains, whyNot } from '../../test-target.ts';
import { readBinary, watchTraces } from '../trace/test-traces.ts';
import type { Seen } from '../trace/test-traces.ts';
import { RPC_SERVE } from './hooks.ts';

const STRIPPED = ['-ldflags=-s -w'];
const found = findToolchains().flatMap((toolchain) => {
  const library = libraryFor('grpc', toolchain);
  return library === undefined ? [] : [{ name: `${toolchain.version}, gRPC ${library.version}`, toolchain, library }];
});
const reason =
  whyNot(findToolchains()) ?? (found.length === 0 ? 'no gRPC: npm test fetches it from Debian' : undefined);
/** gRPC takes half a minute to compile: npm test does so with the newest Go, npm run matrix with all. */
const tried = process.env['MAPSCOPE_LONG'] === undefined ? found.slice(-1) : found;
const variants = tried.flatMap(({ name, ...program }) => [
  { name, flags: [], ...program },
  { name: `${name}, stripped`, flags: STRIPPED, ...program },
]);

describe.skipIf(reason !== undefined)(`gRPC (${reason ?? 'real kernel'})`, () => {
  describe.each(variants)('$name', ({ toolchain, library, flags }) => {
    let executable: string;
    let seen: Seen;
    beforeAll(async () => {
      executable = buildWith(library, toolchain, flags);
      seen = await watchTraces(executable);
    }, 300_000);
    afterAll(() => rmSync(executable, { force: true }));

    it('each request is a row, with its method as route and the trace id it brought, or a made one', () => {
      const wanted = (seen.expected.Requests ?? []).map(({ Path, Trace, Parent, Source }) => [
        Path,
        Source,
        Trace || 'made',
        Parent || '0'.repeat(16),
      ]);
      const rows = seen.requests.map((row) => [
        row['route'],
        row['trace_source'],
        row['trace_source'] === TRACE_SOURCES.generated ? 'made' : row['trace_id'],
        row['parent_span_id'],
      ]);
      expect(wanted.length).toBe(52);
      expect(rows.map(String).toSorted(compare)).toEqual(wanted.map(String).toSorted(compare));
      expect(new Set(seen.requests.map((row) => row['trace_id'])).size).toBe(52);
      const finished = { method: 'POST', end: REQUEST_ENDS.finished };
      for (const row of seen.requests) expect(row).toMatchObject(finished);
    });

    it('each wait in a handler, and in goroutines it starts, has the ids of its request', () => {
      const mutexes = seen.waits.filter((row) => row['lock_kind'] === LOCK_KINDS.mutex);
      const own = seen.expected.Waits.filter(({ OfRequest }) => OfRequest === 'rpc');
      expect(own.length).toBe(104);
      for (const { Name, Lock, Trace, Binding } of own) {
        const [row, ...more] = mutexes.filter((each) => each['lock_addr'] === BigInt(Lock));
        const request = seen.requests.find((each) => each['trace_id'] === row?.['trace_id']);
        expect({ binding: row?.['binding'], span: row?.['span_id'], more: more.length }, Name).toEqual({
          binding: Binding,
          span: request?.['span_id'],
          more: 0,
        });
        const isMade = request?.['trace_source'] === TRACE_SOURCES.generated;
        expect(isMade ? '' : row?.['trace_id'], Name).toBe(Trace);
        expect(Number(request?.['duration_ns']), Name).toBeGreaterThan(Number(row?.['wait_ns']));
      }
      const clients = seen.expected.Waits.filter(({ Name }) => Name === "the client's goroutine");
      const theirs = mutexes.filter((row) => clients.some(({ Lock }) => row['lock_addr'] === BigInt(Lock)));
      expect(theirs.map((row) => row['binding'])).toEqual([0, 0]);
    });

    it('nothing went wrong in the kernel', () => {
      expect(seen.health).toMatchObject({ mapFull: 0n, selftestFailed: 0n, headersUnread: 0n });
    });
  });

  it('a stripped program with a gRPC that is not known is watched without it, and the manifest says why', () => {
    const [program] = found.slice(-1);
    if (program === undefined) return;
    const executable = buildWith(program.library, program.toolchain, STRIPPED, 'v1.70.0');
    const { hooks, gaps, constants } = resolveManifest(readBinary(executable), ['trace', 'http']);
    rmSync(executable, { force: true });
    expect(hooks.map((hook) => hook.function)).not.toContain(RPC_SERVE);
    expect(constants.grpc_method_offset).toBe(0);
    expect(gaps).toMatchObject([{ function: RPC_SERVE, reason: expect.stringContaining('grpc v1.70.0') }]);
  }, 300_000);
});

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
