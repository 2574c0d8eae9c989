import { readFileSync } from 'node:fs';
import {
  BATCH_KINDS,
  BINDINGS,
  GC_EVENT_KINDS,
  PROBE_EVENT_KINDS,
  REQUEST_ENDS,
  TRACE_SOURCES,
} from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from './families.ts';
import { LAYOUTS } from './layouts.ts';
import { COUNTERS } from '../ring/record-layout.ts';
import type { RecordLayout } from '../ring/record-layout.ts';

const header = readFileSync(new URL('../../bpf/records.h', import.meta.url), 'utf8');
const WIDTH = { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8, bytes8: 8, bytes16: 16, bytes64: 64, bytes96: 96 };

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
      sizeBytes: sizes.get('counters'),
    });
  });

  it.each([
    ['KIND_HTTP_REQUEST', BATCH_KINDS.http_requests, LAYOUTS.http_requests.kind],
    ['KIND_LOCK_WAIT', BATCH_KINDS.lock_waits, LAYOUTS.lock_waits.kind],
    ['KIND_PROBE_EVENT', BATCH_KINDS.probe_events, LAYOUTS.probe_events.kind],
    ['KIND_CLIENT_REQUEST', BATCH_KINDS.client_requests, LAYOUTS.client_requests.kind],
    ['KIND_GC_EVENT', BATCH_KINDS.gc_events, LAYOUTS.gc_events.kind],
    ['GC_CYCLE', GC_EVENT_KINDS.cycle, 1],
    ['GC_ASSIST', GC_EVENT_KINDS.assist, 2],
    ['GC_STOP_THE_WORLD', GC_EVENT_KINDS.stop_the_world, 3],
    ['BINDING_EXACT', BINDINGS.exact, 1],
    ['BINDING_INHERITED', BINDINGS.inherited, 2],
    ['SOURCE_TRACEPARENT', TRACE_SOURCES.traceparent, 1],
    ['SOURCE_GENERATED', TRACE_SOURCES.generated, 2],
    ['END_FINISHED', REQUEST_ENDS.finished, 1],
    ['END_ABANDONED', REQUEST_ENDS.abandoned, 2],
    ['EVENT_FATAL', PROBE_EVENT_KINDS.fatal, 1],
    ['EVENT_THROW', PROBE_EVENT_KINDS.throw, 2],
    ['EVENT_PANIC', PROBE_EVENT_KINDS.panic, 3],
  ])('%s is the number of libs/events', (name, events, here) => {
    expect(constant(name)).toBe(events);
    expect(here).toBe(events);
  });

  it.each([
    ['HOOK_TRACE_HEADER', 'trace', 'net/textproto.canonicalMIMEHeaderKey'],
    ['HOOK_TRACE_READ_REQUEST', 'trace', 'net/http.(*conn).readRequest'],
    ['HOOK_TRACE_NEWPROC', 'trace', 'runtime.newproc1'],
    ['HOOK_TRACE_NEW_G', 'trace', 'runtime.gostartcallfn'],
    ['HOOK_TRACE_GOEXIT', 'trace', 'runtime.goexit1'],
    ['HOOK_HTTP_SERVE', 'http', 'net/http.serverHandler.ServeHTTP'],
    ['HOOK_HTTP_FINISH', 'http', 'net/http.(*response).finishRequest'],
    ['HOOK_HTTP_READ_REQUEST', 'http', 'net/http.(*conn).readRequest'],
    ['HOOK_HTTP_GOEXIT', 'http', 'runtime.goexit1'],
    ['HOOK_LOCK_QUEUE', 'lock', 'runtime.(*semaRoot).queue'],
    ['HOOK_LOCK_READY', 'lock', 'runtime.readyWithTime'],
    ['HOOK_LOCK_RELEASE_SUDOG', 'lock', 'runtime.releaseSudog'],
    ['HOOK_FATAL_FATAL', 'fatal', 'runtime.fatal'],
    ['HOOK_FATAL_THROW', 'fatal', 'runtime.throw'],
    ['HOOK_FATAL_PANIC', 'fatal', 'runtime.gopanic'],
    ['HOOK_CLIENT_SEND', 'client', 'net/http.(*Transport).roundTrip'],
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
