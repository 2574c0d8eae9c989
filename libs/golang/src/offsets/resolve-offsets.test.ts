import { expect, test } from 'vitest';
import { parseGoVersion } from '../buildinfo/go-version.ts';
import type { GoTypes } from '../dwarf/go-types.ts';
import { FIELD_NAMES, newestTableOffsets, tableOffsets, type FieldName } from './field-table.ts';
import { resolveStructOffsets } from './resolve-offsets.ts';
import { structOffsets } from './struct-offsets.ts';

const go = (text: string): NonNullable<ReturnType<typeof parseGoVersion>> => parseGoVersion(text)!;

/** DWARF that says what the table says, but for some fields or without some structs. */
function types(version: string, changes: Partial<Record<FieldName, number>>, without: readonly string[] = []): GoTypes {
  const offsets = { ...(tableOffsets(go(version)) ?? newestTableOffsets()), ...changes };
  const structs = new Map<string, { sizeBytes: number; fields: Map<string, number> }>();
  for (const name of FIELD_NAMES) {
    const dot = name.lastIndexOf('.');
    const struct = structs.get(name.slice(0, dot)) ?? { sizeBytes: 0, fields: new Map() };
    const offset = offsets[name];
    if (offset !== undefined) struct.fields.set(name.slice(dot + 1), offset);
    if (!without.includes(name.slice(0, dot))) structs.set(name.slice(0, dot), struct);
  }
  return { structs, places: new Map(), constants: new Map() };
}

test.each(['go1.19.8', 'go1.22.12', 'go1.27.4'])('%s: table and DWARF agree', (version) => {
  expect(resolveStructOffsets(go(version), 'amd64', types(version, {}))).toEqual(structOffsets(go(version), 'amd64'));
  expect(resolveStructOffsets(go(version), 'amd64', undefined)).toEqual(structOffsets(go(version), 'amd64'));
});

test('where they disagree the field is named', () => {
  const changed = types('go1.24.4', { 'runtime.g.goid': 168 });
  expect(() => resolveStructOffsets(go('go1.24.4'), 'amd64', changed)).toThrow(
    /runtime\.g\.goid stands at byte 168 by the program's DWARF, but at byte 160 in go1\.24\.4/,
  );
  const added = types('go1.19.8', { 'runtime.g.parentGoid': 400 });
  expect(() => resolveStructOffsets(go('go1.19.8'), 'amd64', added)).toThrow(/but nowhere in go1\.19\.8/);
});

test('of an unknown version the DWARF decides', () => {
  const moved = types('go1.28.0', { 'runtime.g.goid': 176, 'net/http.Request.ctx': 256 });
  const offsets = resolveStructOffsets(go('go1.28.0'), 'arm64', moved);
  expect(offsets.g.goid).toBe(176);
  expect(offsets.httpRequest.ctx).toBe(256);
});

test('a struct that the program does not contain is no reason to refuse; a field of runtime.g that is gone is', () => {
  const locksOnly = types('go1.28.0', {}, ['net/http.Request', 'net/url.URL']);
  expect(resolveStructOffsets(go('go1.28.0'), 'amd64', locksOnly).g.goid).toBe(152);
  const renamed = types('go1.28.0', {});
  const { 'runtime.g': g } = Object.fromEntries(renamed.structs);
  const fields = new Map([...g!.fields].filter(([name]) => name !== 'goid'));
  const structs = new Map([...renamed.structs, ['runtime.g', { ...g!, fields }]]);
  expect(() => resolveStructOffsets(go('go1.28.0'), 'amd64', { ...renamed, structs })).toThrow(/runtime\.g\.goid/);
});

test('an unknown version without DWARF is refused', () => {
  expect(() => resolveStructOffsets(go('go1.28.0'), 'amd64', undefined)).toThrow(
    expect.objectContaining({ code: 'TARGET_UNSUPPORTED' }),
  );
});
