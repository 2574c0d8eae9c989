/**
 * A contention profile as `go tool pprof` reads it; sample types and period as of Go's own mutex and block profile
 * (runtime/pprof/pprof.go, printCountCycleProfile). Field numbers: github.com/google/pprof/proto/profile.proto. Pure;
 * whoever writes the file compresses it.
 */
import type { CodeSiteJson } from '@mapscope/contract';
import { type Bytes, delimited, joined, number, packed, text } from './protobuf.ts';
import type { ContentionSample } from './samples.ts';

const PROFILE = {
  sampleType: 1,
  sample: 2,
  location: 4,
  function: 5,
  stringTable: 6,
  timeNanos: 9,
  durationNanos: 10,
  periodType: 11,
  period: 12,
  comment: 13,
  defaultSampleType: 14,
} as const;
const VALUE_TYPE = { type: 1, unit: 2 } as const;
const SAMPLE = { locationId: 1, value: 2, label: 3 } as const;
const LABEL = { key: 1, str: 2 } as const;
const LOCATION = { id: 1, line: 4 } as const;
const LINE = { functionId: 1, line: 2 } as const;
const FUNCTION = { id: 1, name: 2, systemName: 3, filename: 4 } as const;

export interface PprofTimes {
  readonly beginUnixNanos: bigint;
  readonly durationNanos: bigint;
}

/** Things by number, from 1 on: 0 means none. Strings begin with the empty one at 0. */
class Numbered<K> {
  readonly keys = new Map<K, number>();
  readonly #first: number;

  constructor(first: number) {
    this.#first = first;
  }

  of(key: K): number {
    const known = this.keys.get(key) ?? this.keys.size + this.#first;
    this.keys.set(key, known);
    return known;
  }
}

export function encodePprof(samples: readonly ContentionSample[], times: PprofTimes, comment: string): Uint8Array {
  const strings = new Numbered<string>(0);
  strings.of('');
  const places = new Map<string, { readonly id: number; readonly site: CodeSiteJson }>();
  const locate = (site: CodeSiteJson): number => {
    const key = `${site.function}\n${site.file}\n${site.line}`;
    const known = places.get(key) ?? { id: places.size + 1, site };
    places.set(key, known);
    return known.id;
  };
  const valueType = (field: number, type: string, unit: string): Bytes =>
    delimited(field, [...number(VALUE_TYPE.type, strings.of(type)), ...number(VALUE_TYPE.unit, strings.of(unit))]);
  const body = [
    ...valueType(PROFILE.sampleType, 'contentions', 'count'),
    ...valueType(PROFILE.sampleType, 'delay', 'nanoseconds'),
    ...samples.flatMap((sample) => delimited(PROFILE.sample, sampleOf(sample, locate, strings))),
    ...placesOf([...places.values()], strings),
    ...number(PROFILE.timeNanos, times.beginUnixNanos),
    ...number(PROFILE.durationNanos, times.durationNanos),
    ...valueType(PROFILE.periodType, 'contentions', 'count'),
    ...number(PROFILE.period, 1),
    ...number(PROFILE.comment, strings.of(comment)),
    ...number(PROFILE.defaultSampleType, strings.of('delay')),
  ];
  return joined([...body, ...[...strings.keys.keys()].flatMap((value) => text(PROFILE.stringTable, value))]);
}

function sampleOf(sample: ContentionSample, locate: (site: CodeSiteJson) => number, strings: Numbered<string>): Bytes {
  const labels = Object.entries(sample.labels).flatMap(([key, value]) =>
    delimited(SAMPLE.label, [...number(LABEL.key, strings.of(key)), ...number(LABEL.str, strings.of(value))]),
  );
  return [
    ...packed(SAMPLE.locationId, sample.frames.map(locate)),
    ...packed(SAMPLE.value, [sample.contentions, sample.delayNanos]),
    ...labels,
  ];
}

/** A location is a line, a function what its lines share. */
function placesOf(
  places: readonly { readonly id: number; readonly site: CodeSiteJson }[],
  strings: Numbered<string>,
): Bytes {
  const functions = new Numbered<string>(1);
  const locations = places.flatMap(({ id, site }) => {
    const line = [
      ...number(LINE.functionId, functions.of(`${site.function}\n${site.file}`)),
      ...number(LINE.line, site.line),
    ];
    return delimited(PROFILE.location, [...number(LOCATION.id, id), ...delimited(LOCATION.line, line)]);
  });
  const named = [...functions.keys].flatMap(([key, id]) => {
    const [name = '', file = ''] = key.split('\n');
    const said = strings.of(name);
    const names = [...number(FUNCTION.name, said), ...number(FUNCTION.systemName, said)];
    return delimited(PROFILE.function, [
      ...number(FUNCTION.id, id),
      ...names,
      ...number(FUNCTION.filename, strings.of(file)),
    ]);
  });
  return [...locations, ...named];
}
