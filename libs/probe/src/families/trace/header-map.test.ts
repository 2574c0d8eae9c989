import { readFileSync } from 'node:fs';
import { mapLayout } from '@mapscope/golang';
import { expect, it } from 'vitest';

const header = readFileSync(new URL('./header-map.h', import.meta.url), 'utf8');
const offset = (struct: string, field: string): number =>
  Number(new RegExp(`offset_of\\(struct ${struct}, ${field}\\) == (\\d+)`).exec(header)?.[1]);
const constant = (name: string): number => Number(new RegExp(`#define ${name} (\\d+)`).exec(header)?.[1]);
const version = (minor: number) => ({ text: `go1.${minor}`, major: 1, minor, patch: 0 });

it('Swiss maps lie as libs/golang says', () => {
  const layout = mapLayout(version(27), new Map());
  if (layout.kind !== 'swiss') throw new Error('Go 1.27 has Swiss maps');
  const { map, table, ctrl, header: slots } = layout;
  expect(offset('swiss_header', 'used')).toBe(map.used);
  expect(offset('swiss_header', 'dir_ptr')).toBe(map.dirPtr);
  expect(offset('swiss_header', 'dir_len')).toBe(map.dirLen);
  expect(offset('swiss_header', 'dir_ptr')).toBe(table.groups);
  expect(offset('swiss_header', 'dir_len')).toBe(table.groupsLengthMask);
  expect(constant('SWISS_GROUP_BYTES')).toBe(slots.sizeBytes);
  expect([ctrl, constant('SLOTS_AT')]).toEqual([0, slots.keys]);
});

it('classic maps lie as libs/golang says', () => {
  const layout = mapLayout(version(23), new Map());
  if (layout.kind !== 'classic') throw new Error('Go 1.23 has classic maps');
  const { map, tophash, minTopHash, header: slots } = layout;
  expect(offset('classic_header', 'count')).toBe(map.count);
  expect(offset('classic_header', 'b')).toBe(map.b);
  expect(offset('classic_header', 'buckets')).toBe(map.buckets);
  expect(offset('classic_header', 'oldbuckets')).toBe(map.oldbuckets);
  expect(constant('MIN_TOPHASH')).toBe(minTopHash);
  expect(constant('OVERFLOW_AT')).toBe(slots.overflow);
  expect(constant('CLASSIC_BUCKET_BYTES')).toBe(slots.sizeBytes);
  expect([tophash, constant('SLOTS_AT')]).toEqual([0, slots.keys]);
});
