import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
// @ts-expect-error -- a build script, not part of the library: no types
import { compile, findClang, sourceHash } from '../../bpf/build.mjs';
import { FAMILIES } from '../families/families.ts';
import { parseBpfObject } from './elf-object.ts';

const clang: { readonly name: string; readonly version: string } | undefined = findClang();

describe.each(['amd64', 'arm64'])('the committed BPF object of %s', (arch) => {
  const OBJECT = new URL(`../../bpf/${arch}/mapscope.bpf.o`, import.meta.url);
  const built = readFileSync(new URL(`${OBJECT.href}.built`), 'utf8');
  const sameCompiler = clang !== undefined && built.includes(`compiler ${clang.version}\n`);

  it('was built from the sources as they are: else run node libs/probe/bpf/build.mjs', () => {
    expect(built).toContain(`sources ${sourceHash()}\n`);
  });

  it.skipIf(!sameCompiler)('is what the same clang makes of them (skipped without that clang)', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mapscope-bpf-'));
    try {
      compile(clang, arch, `${folder}/o`);
      expect(readFileSync(`${folder}/o`).equals(readFileSync(OBJECT))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('holds a program for every family, the maps and the constants', () => {
    const object = parseBpfObject(readFileSync(OBJECT));
    const programs = Object.values(FAMILIES).map((family) => family.program);
    expect(object.programs.map((program) => program.name).sort()).toEqual([...programs].sort());
    expect(object.maps.map((map) => map.name).sort()).toEqual([
      'client_requests',
      'counts',
      'flight',
      'flight_crash',
      'flight_heads',
      'gate',
      'gc_assists',
      'gc_world',
      'goroutine_spans',
      'goroutines',
      'map_counts_0',
      'map_counts_1',
      'map_guards',
      'map_inside',
      'map_open',
      'map_side',
      'map_uncounted',
      'map_windows',
      'map_writes_open',
      'ring',
      'stacks',
      'syncmap_counts',
      'syncmap_ranges',
      'syncmap_uncounted',
      'threads',
      'waits',
    ]);
    expect([...object.constantOffsets.keys()].sort()).toEqual([
      'access_bytes',
      'access_fast32_bytes',
      'access_fast32_from',
      'access_fast64_bytes',
      'access_fast64_from',
      'access_faststr_bytes',
      'access_faststr_from',
      'access_from',
      'callers_are_low',
      'fat1_bytes',
      'fat1_from',
      'fat2_bytes',
      'fat2_from',
      'fat_callee_op',
      'flight_slots',
      'g_m_offset',
      'g_sched_offset',
      'goid_offset',
      'grpc_close_from',
      'grpc_context_offset',
      'grpc_method_offset',
      'header_elem_stride',
      'header_elems',
      'header_is_swiss',
      'header_key_stride',
      'http_family_on',
      'iterate_bytes',
      'iterate_from',
      'label_keys',
      'labels_are_map',
      'labels_offset',
      'lock_family_on',
      'm_curg_offset',
      'map_family_on',
      'map_flag_mask',
      'map_flag_offset',
      'map_load_per_two',
      'map_sample_every',
      'map_unseen_writes',
      'map_window_hooks',
      'new_goroutines_seen',
      'no_spans',
      'request_header_offset',
      'request_method_offset',
      'request_pattern_is_pointer',
      'request_pattern_offset',
      'request_url_offset',
      'response_status_offset',
      'span_context_offset',
      'span_end_time_offset',
      'span_parent_offset',
      'span_start_time_offset',
      'stop_has_reason',
      'syncmap_dirty_offset',
      'syncmap_misses_offset',
      'syncmap_read_offset',
      'url_host_offset',
      'url_path_offset',
    ]);
    expect(object.license).toBe('Dual MIT/GPL');
  });

  it('every relocation is a 64-bit load (0x18)', () => {
    for (const { code, relocations } of parseBpfObject(readFileSync(OBJECT)).programs) {
      expect(relocations.length).toBeGreaterThan(0);
      expect(relocations.map(({ offset }) => code[offset])).toEqual(relocations.map(() => 0x18));
    }
  });

  it('a broken object is refused in words', () => {
    const bytes = new Uint8Array(readFileSync(OBJECT));
    const headers = Number(new DataView(bytes.buffer).getBigUint64(40, true));
    bytes.fill(0, headers);
    expect(() => parseBpfObject(bytes)).toThrow(/node bpf\/build\.mjs/);
  });
});
