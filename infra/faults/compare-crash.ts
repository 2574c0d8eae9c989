/** A crash that was foretold, against what the service knows of itself. Pure. */
import type { MapAnswer, RootCauseAnswer } from '@mapscope/contract';
import { watchedShare } from '@mapscope/rootcause';
import { equal, placeOf, type Check, type Mark } from './compare.ts';
import type { Told } from './one-run.ts';
import type { ExpectedConflict } from './scenarios.ts';

export interface SeenBefore {
  /** the map with conflicts; absent: none had any */
  readonly map: MapAnswer | undefined;
  readonly answer: RootCauseAnswer;
}

export interface SeenCrash extends SeenBefore {
  /** absent: nobody told of the crash */
  readonly told: Told | undefined;
  /** requests that read while the service said of itself that it wrote */
  readonly overlaps: number;
  readonly marks: Readonly<Record<string, Mark>>;
}

const CRASH_SECONDS = 3;
/** A request is counted just before it reads and just after the write began: one or two may fall between. */
const SLACK = 2;

export function compareCrash(expected: ExpectedConflict, seen: SeenCrash): readonly Check[] {
  const { marks, map, answer, told } = seen;
  const cell = map?.matrix[0];
  const found = [placeOf(cell?.site), placeOf(cell?.other)].sort().join(' and ');
  const wanted = [expected.reader, expected.writer].map((mark) => placeOf(marks[mark]));
  const incident = told?.incident;
  return [
    conflicts(seen),
    equal('lines', found, wanted.toSorted().join(' and ')),
    said('words', [...answer.reasons, answer.sentence].join('\n'), /two goroutines used .* at a time/),
    equal('verdict', incident?.verdict ?? 'none', 'map-conflict'),
    said('message', incident?.message ?? '', /concurrent map/),
    said('crash line', incident?.sentence ?? '', lineOf(marks[expected.crash])),
    inTime(told?.seconds),
  ];
}

/** Maps are on a fast path, and the overhead budget may keep their probes off for a while: then they are not seen either. */
function conflicts({ map, overlaps }: SeenCrash): Check {
  const found = map?.conflicts ?? 0;
  const watched = watchedShare(map?.coverage.watched, 'map_events');
  const least = Math.floor((overlaps * watched) / 2);
  const ok = found > 0 && found >= least && found <= overlaps + SLACK;
  const time = watched < 1 ? `, watched for ${Math.round(watched * 100)} % of the time` : '';
  return { name: 'conflicts', ok, found: String(found), wanted: `${least} to ${overlaps + SLACK}${time}` };
}

function said(name: string, text: string, wanted: RegExp): Check {
  const ok = wanted.test(text);
  return { name, ok, found: ok ? 'said' : `not said in ${JSON.stringify(text.slice(0, 200))}`, wanted: String(wanted) };
}

const lineOf = (mark: Mark | undefined): RegExp => new RegExp(`${mark?.file ?? 'no such mark'}:${mark?.line ?? 0}\\b`);

function inTime(seconds: number | undefined): Check {
  const ok = seconds !== undefined && seconds < CRASH_SECONDS;
  const found = seconds === undefined ? 'none' : `${seconds.toFixed(1)} s`;
  return { name: 'crash told', ok, found, wanted: `in less than ${CRASH_SECONDS} s` };
}
