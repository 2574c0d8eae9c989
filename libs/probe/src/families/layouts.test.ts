import { readFileSync } from 'node:fs';
import {
  BATCH_KINDS,
  BINDINGS,
  MAP_EVENT_KINDS,
  MAP_OPS,
  GC_EVENT_KINDS,
  SYNCMAP_EVENT_KINDS,
  SYNCMAP_OPS,
  PROBE_EVENT_KINDS,
  REQUEST_ENDS,
  RW_STATES,
  TRACE_SOURCES,
} from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from './families.ts';
import { LAYOUTS } from './layouts.ts';
import { COUNTERS } from '../ring/record-layout.ts';
import type { RecordLayout } from '../ring/record-layout.ts';

const header = readFileSync(new URL('../../bpf/records.h', import.meta.url), 'utf8');
const WIDTH = {
  u8: 1,
  u16: 2,
  u32: 4,
  i32: 4,
  u64: 8,
  bytes8: 8,
  bytes16: 16,
  bytes64: 64,
  bytes96: 96,
  bytes160: 160,
};

/** Every `_Static_assert(offset_of(struct s, f) == n` of the header: the compiler has checked them. */
const offsets = new Map(
  [...header.matchAll(/offset_of\(struct (\w+), (\w+)\) == (\d+)/g)].map((found) => [
    `${found[1]}.${found[2]}`,
    Number(found[3]),
  ]),
);
const sizes = new Map([...header.matchAll(/sizeof\(struct (\w+)\) == (\d+)/g)].map((f) => [f[1], Number(f[2])]));
const constant = (name: string): number => Number(new RegExp(`#define ${name} (\\d+)`).exec(header)?.[1]);

describe('the layouts say the same as bpf/records.h', () => {
  for (const layout of Object.values<RecordLayout>(LAYOUTS)) {
    it(`struct ${layout.struct}: size and every field`, () => {
      expect(sizes.get(layout.struct)).toBe(layout.sizeBytes);
      const { ts, ...own } = layout.fields;
      expect(ts?.offset).toBe(offsets.get('record_head.ts'));
      const inHeader = [...offsets.keys()].filter((name) => name.startsWith(`${layout.struct}.`));
      const named = Object.entries(own).map(([name, field]) => [`${layout.struct}.${name}`, field.offset]);
      // `epoch` is the kernel side's own.
      expect(inHeader.filter((name) => !name.endsWith('.epoch')).sort()).toEqual(
        named.map(([name]) => String(name)).sort(),
      );
      for (const [name, offset] of named) expect(offsets.get(String(name)), String(name)).toBe(offset);
    });

    it(`struct ${layout.struct}: fields fit, do not overlap, and wide ones are whole words`, () => {
      let end = 8;
      for (const { offset, storage } of Object.values(layout.fields)) {
        expect(offset).toBeGreaterThanOrEqual(end);
        if (WIDTH[storage] > 2) expect(offset % 4).toBe(0);
        end = offset + WIDTH[storage];
      }
      expect(end).toBeLessThanOrEqual(layout.sizeBytes);
      expect(layout.sizeBytes % 8).toBe(0);
    });
  }

  it('counters', () => {
    expect(COUNTERS).toEqual({
      submitted: offsets.get('counters.submitted'),
      lost: offsets.get('counters.lost'),
      mapFull: offsets.get('counters.map_full'),
      stackFailed: offsets.get('counters.stack_failed'),
      selftestFailed: offsets.get('counters.selftest_failed'),
      headersUnread: offsets.get('counters.headers_unread'),
      sizeBytes: sizes.get('counters'),
    });
  });

  it.each([
    ['KIND_HTTP_REQUEST', BATCH_KINDS.http_requests, LAYOUTS.http_requests.kind],
    ['KIND_LOCK_WAIT', BATCH_KINDS.lock_waits, LAYOUTS.lock_waits.kind],
    ['KIND_PROBE_EVENT', BATCH_KINDS.probe_events, LAYOUTS.probe_events.kind],
    ['KIND_CLIENT_REQUEST', BATCH_KINDS.client_requests, LAYOUTS.client_requests.kind],
    ['KIND_MAP_EVENT', BATCH_KINDS.map_events, LAYOUTS.map_events.kind],
    ['MAP_COUNT', MAP_EVENT_KINDS.count, 1],
    ['MAP_WRITE', MAP_EVENT_KINDS.write, 2],
    ['MAP_CONFLICT', MAP_EVENT_KINDS.conflict, 3],
    ['MAP_GROWTH', MAP_EVENT_KINDS.growth, 4],
    ['MAP_GUARD', MAP_EVENT_KINDS.guard, 5],
    ['OP_ACCESS', MAP_OPS.access, 1],
    ['OP_ACCESS2', MAP_OPS.access2, 2],
    ['OP_ASSIGN', MAP_OPS.assign, 3],
    ['OP_DELETE', MAP_OPS.delete, 4],
    ['OP_CLEAR', MAP_OPS.clear, 5],
    ['OP_ITERATE', MAP_OPS.iterate, 6],
    ['OP_NEXT', MAP_OPS.iterate_next, 7],
    ['OP_CLONE', MAP_OPS.clone, 8],
    ['KIND_SYNCMAP_EVENT', BATCH_KINDS.syncmap_events, LAYOUTS.syncmap_events.kind],
    ['SYNCMAP_COUNT', SYNCMAP_EVENT_KINDS.count, 1],
    ['SYNCMAP_PROMOTION', SYNCMAP_EVENT_KINDS.promotion, 2],
    ['SYNCMAP_COPY', SYNCMAP_EVENT_KINDS.copy, 3],
    ['SYNCMAP_RANGE', SYNCMAP_EVENT_KINDS.range, 4],
    ['HOOK_SYNCMAP_FIRST', SYNCMAP_OPS.load + 35, 36],
    ['HOOK_SYNCMAP_RANGE', SYNCMAP_OPS.range + 35, 42],
    ['HOOK_SYNCMAP_MISS', SYNCMAP_OPS.miss + 35, 44],
    ['HOOK_SYNCMAP_COPY', SYNCMAP_OPS.copy + 35, 45],
    ['KIND_GC_EVENT', BATCH_KINDS.gc_events, LAYOUTS.gc_events.kind],
    ['GC_CYCLE', GC_EVENT_KINDS.cycle, 1],
    ['GC_ASSIST', GC_EVENT_KINDS.assist, 2],
    ['GC_STOP_THE_WORLD', GC_EVENT_KINDS.stop_the_world, 3],
    ['BINDING_EXACT', BINDINGS.exact, 1],
    ['BINDING_INHERITED', BINDINGS.inherited, 2],
    ['BINDING_SPAN', BINDINGS.span, 3],
    ['BINDING_LABELS', BINDINGS.labels, 4],
    ['SOURCE_SDK', TRACE_SOURCES.sdk, 3],
    ['SOURCE_TRACEPARENT', TRACE_SOURCES.traceparent, 1],
    ['SOURCE_GENERATED', TRACE_SOURCES.generated, 2],
    ['END_FINISHED', REQUEST_ENDS.finished, 1],
    ['END_ABANDONED', REQUEST_ENDS.abandoned, 2],
    ['END_PANIC', REQUEST_ENDS.panic, 3],
    ['END_HIJACK', REQUEST_ENDS.hijack, 4],
    ['RW_NONE', RW_STATES.none, 0],
    ['RW_WRITER_PENDING', RW_STATES.writer_pending, 1],
    ['RW_WRITER_HOLDING', RW_STATES.writer_holding, 2],
    ['EVENT_FATAL', PROBE_EVENT_KINDS.fatal, 1],
    ['EVENT_THROW', PROBE_EVENT_KINDS.throw, 2],
    ['EVENT_PANIC', PROBE_EVENT_KINDS.panic, 3],
  ])('%s is the number of libs/events', (name, events, here) => {
    expect(constant(name)).toBe(events);
    expect(here).toBe(events);
  });

  it.each([
    ['HOOK_TRACE_SERVE', 'trace', 'net/http.serverHandler.ServeHTTP'],
    ['HOOK_TRACE_FINISH', 'trace', 'net/http.(*response).finishRequest'],
    ['HOOK_TRACE_CONNECTION_END', 'trace', 'net/http.(*conn).serve.func1'],
    ['HOOK_TRACE_NEW_G', 'trace', 'runtime.gostartcallfn'],
    ['HOOK_TRACE_HTTP2_END', 'trace', 'net/http.(*http2serverConn).runHandler.func1'],
    ['HOOK_TRACE_SPAN_START', 'trace', 'go.opentelemetry.io/otel/sdk/trace.(*recordingSpan).runtimeTrace'],
    ['HOOK_HTTP_SERVE', 'http', 'net/http.serverHandler.ServeHTTP'],
    ['HOOK_HTTP_FINISH', 'http', 'net/http.(*response).finishRequest'],
    ['HOOK_HTTP_CONNECTION_END', 'http', 'net/http.(*conn).serve.func1'],
    ['HOOK_HTTP_HTTP2_END', 'http', 'net/http.(*http2serverConn).runHandler.func1'],
    ['HOOK_HTTP_HIJACK', 'http', 'net/http.(*response).Hijack'],
    ['HOOK_HTTP_PANIC', 'http', 'runtime.gopanic'],
    ['HOOK_HTTP_X_NET_END', 'http', 'golang.org/x/net/http2.(*serverConn).runHandler.func1'],
    ['HOOK_HTTP_RPC_START', 'http', 'google.golang.org/grpc.(*Server).handleStream'],
    ['HOOK_HTTP_RPC_END', 'http', 'google.golang.org/grpc/internal/transport.(*http2Server).WriteStatus'],
    ['HOOK_LOCK_QUEUE', 'lock', 'runtime.(*semaRoot).queue'],
    ['HOOK_LOCK_READY', 'lock', 'runtime.readyWithTime'],
    ['HOOK_LOCK_RELEASE_SUDOG', 'lock', 'runtime.releaseSudog'],
    ['HOOK_FATAL_FATAL', 'fatal', 'runtime.fatal'],
    ['HOOK_FATAL_THROW', 'fatal', 'runtime.throw'],
    ['HOOK_FATAL_PANIC', 'fatal', 'runtime.gopanic'],
    ['HOOK_CLIENT_SEND', 'client', 'net/http.(*Transport).roundTrip'],
    ['HOOK_MAP_ACCESS_ANY', 'map', 'runtime.mapaccess1'],
    ['HOOK_MAP_ACCESS_FAST32', 'map', 'runtime.mapaccess1_fast32'],
    ['HOOK_MAP_ACCESS_FAST64', 'map', 'runtime.mapaccess1_fast64'],
    ['HOOK_MAP_ACCESS_FASTSTR', 'map', 'runtime.mapaccess1_faststr'],
    ['HOOK_MAP_ACCESS2_ANY', 'map', 'runtime.mapaccess2'],
    ['HOOK_MAP_ACCESS2_FAST32', 'map', 'runtime.mapaccess2_fast32'],
    ['HOOK_MAP_ACCESS2_FAST64', 'map', 'runtime.mapaccess2_fast64'],
    ['HOOK_MAP_ACCESS2_FASTSTR', 'map', 'runtime.mapaccess2_faststr'],
    ['HOOK_MAP_ASSIGN_ANY', 'map', 'runtime.mapassign'],
    ['HOOK_MAP_ASSIGN_FAST32', 'map', 'runtime.mapassign_fast32'],
    ['HOOK_MAP_ASSIGN_FAST64', 'map', 'runtime.mapassign_fast64'],
    ['HOOK_MAP_ASSIGN_FAST64PTR', 'map', 'runtime.mapassign_fast64ptr'],
    ['HOOK_MAP_ASSIGN_FASTSTR', 'map', 'runtime.mapassign_faststr'],
    ['HOOK_MAP_DELETE_ANY', 'map', 'runtime.mapdelete'],
    ['HOOK_MAP_DELETE_FAST32', 'map', 'runtime.mapdelete_fast32'],
    ['HOOK_MAP_DELETE_FAST64', 'map', 'runtime.mapdelete_fast64'],
    ['HOOK_MAP_DELETE_FASTSTR', 'map', 'runtime.mapdelete_faststr'],
    ['HOOK_MAP_CLEAR_ANY', 'map', 'runtime.mapclear'],
    ['HOOK_MAP_ITERATE_ANY', 'map', 'runtime.mapIterStart'],
    ['HOOK_MAP_NEXT_ANY', 'map', 'runtime.mapIterNext'],
    ['HOOK_MAP_CLONE_ANY', 'map', 'maps.clone'],
    ['HOOK_MAP_HASH_GROW', 'map', 'runtime.hashGrow'],
    ['HOOK_MAP_GROW_TO_TABLE', 'map', 'internal/runtime/maps.(*Map).growToTable'],
    ['HOOK_MAP_GROW', 'map', 'internal/runtime/maps.(*table).grow'],
    ['HOOK_MAP_SPLIT', 'map', 'internal/runtime/maps.(*table).split'],
    ['HOOK_MAP_RETURN_LAST', 'map', 'runtime.gopanic'],
    ['HOOK_MAP_ITERATE_REFLECT', 'map', 'reflect.mapIterStart'],
    ['HOOK_MAP_NEXT_REFLECT', 'map', 'reflect.mapIterNext'],
    ['HOOK_SYNCMAP_FIRST', 'syncmap', 'sync.(*Map).Load'],
    ['HOOK_SYNCMAP_RANGE', 'syncmap', 'sync.(*Map).Range'],
    ['HOOK_SYNCMAP_MISS', 'syncmap', 'sync.(*Map).missLocked'],
    ['HOOK_SYNCMAP_COPY', 'syncmap', 'sync.(*Map).dirtyLocked'],
    ['HOOK_GC_START', 'gc', 'runtime.gcBgMarkStartWorkers'],
    ['HOOK_GC_MARK_TERMINATION', 'gc', 'runtime.gcMarkTermination'],
    ['HOOK_GC_STOP_WORLD', 'gc', 'runtime.stopTheWorldWithSema'],
    ['HOOK_GC_START_WORLD', 'gc', 'runtime.startTheWorldWithSema'],
    ['HOOK_GC_ASSIST', 'gc', 'runtime.gcAssistAlloc1'],
    ['HOOK_GC_ASSIST_RETURN', 'gc', 'runtime.gcAssistAlloc'],
  ] as const)('%s hooks what family %s says: %s', (name, family, fn) => {
    expect(FAMILIES[family].hooks.find((hook) => hook.function === fn)?.hook).toBe(constant(name));
  });
});
