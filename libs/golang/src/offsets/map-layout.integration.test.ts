/** Map layouts against the DWARF that every toolchain at hand writes; where there is a choice, of both kinds of maps. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildGo, toolchains } from '../../testdata/toolchains.ts';
import { readGoBinary } from '../index.ts';
import type { MapLayout } from '../index.ts';

const experiments = toolchains.flatMap((root) =>
  (/go-1\.2[45]$/.test(root) ? ['', 'noswissmap'] : ['']).map((experiment) => ({ root, experiment })),
);

/** DWARF name → offset in our table. */
function fieldsOf(layout: MapLayout): Readonly<Record<string, number>> {
  const { header, map } = layout;
  if (layout.kind === 'classic') {
    return {
      'runtime.hmap.count': layout.map.count,
      'runtime.hmap.flags': layout.map.flags,
      'runtime.hmap.B': layout.map.b,
      'runtime.hmap.buckets': layout.map.buckets,
      'runtime.hmap.oldbuckets': layout.map.oldbuckets,
      'runtime.hiter.h': layout.iterator.map,
      'bucket<string,[]string>.tophash': layout.tophash,
      'bucket<string,[]string>.keys': header.keys,
      'bucket<string,[]string>.values': header.elems,
      'bucket<string,[]string>.overflow': layout.header.overflow,
    };
  }
  const maps = 'internal/runtime/maps.';
  const fields = Object.entries(map).map(([name, offset]): [string, number] => [`${maps}Map.${name}`, offset]);
  return {
    ...Object.fromEntries(fields),
    [`${maps}Iter.m`]: layout.iterator.map,
    [`${maps}table.used`]: layout.table.used,
    [`${maps}table.capacity`]: layout.table.capacity,
    [`${maps}table.groups`]: layout.table.groups,
    [`${maps}groupsReference.lengthMask`]: layout.table.groupsLengthMask - layout.table.groups,
    'noalg.map.group[string][]string.ctrl': layout.ctrl,
    'noalg.map.group[string][]string.slots': header.keys,
  };
}

test.skipIf(toolchains.length > 0)('map layouts of Go toolchains', ({ skip }) => skip('no Go: set MAPSCOPE_GO_ROOTS'));

test.each(experiments)('$root GOEXPERIMENT=$experiment: map layout is that of the DWARF', ({ root, experiment }) => {
  const path = buildGo({
    root,
    program: 'offsets',
    env: experiment === '' ? {} : { GOEXPERIMENT: experiment, CGO_ENABLED: '0' },
  });
  const binary = readGoBinary(readFileSync(path));
  const layout = binary.mapLayout();
  expect(layout.kind).toBe(binary.lookup('runtime.hashGrow') === undefined ? 'swiss' : 'classic');
  const fields = fieldsOf(layout);
  const printed = execFileSync(path, [path, ...Object.keys(fields)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  expect(printed).toEqual(Object.entries(fields).map(([name, offset]) => `${name} ${offset}`));
  expect(layout.header.sizeBytes).toBe(
    layout.kind === 'classic' ? layout.header.overflow + 8 : layout.header.keys + 8 * layout.header.keyStride,
  );
});
