/** A check must be able to fail: each way of being wrong is told. */
import type { Incident, MapAnswer, RootCauseAnswer } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { compareCrash, type SeenCrash } from './compare-crash.ts';

const reader = { function: 'main.(*sessions).find', file: 'mode_racy.go', line: 7 };
const writer = { function: 'main.(*sessions).sweep', file: 'mode_racy.go', line: 19 };
const crash = { function: 'main.(*sessions).count', file: 'mode_racy.go', line: 30 };
const EXPECTED = { reader: 'reader', writer: 'writer', crash: 'crash' };

// Only the fields that are compared; the whole is checked where it is made.
const seen = {
  map: {
    coverage: {},
    conflicts: 9,
    matrix: [{ site: { ...reader, file: '/a/mode_racy.go' }, other: writer }],
  } as unknown as MapAnswer,
  answer: {
    reasons: ['found beside it: two goroutines used a `map` at a time'],
    sentence: '',
  } as unknown as RootCauseAnswer,
  told: {
    seconds: 1.2,
    incident: {
      verdict: 'map-conflict',
      message: 'concurrent map writes',
      sentence: 'x crashed: concurrent map writes in main.(*sessions).count (/a/mode_racy.go:30).',
    } as Incident,
  },
  overlaps: 10,
  marks: { reader, writer, crash },
} satisfies SeenCrash;

const shed: MapAnswer = {
  ...seen.map,
  coverage: { ...seen.map.coverage, watched: [{ kind: 'map_events', share: 0.4, shedShare: 0.6 }] },
};

const missed = (changes: Partial<SeenCrash>): readonly string[] =>
  compareCrash(EXPECTED, { ...seen, ...changes })
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

test.each<[string, Partial<SeenCrash>, readonly string[]]>([
  ['all as planted', {}, []],
  ['no map was seen', { map: undefined }, ['conflicts', 'lines']],
  ['more conflicts than there were', { overlaps: 3 }, ['conflicts']],
  ['too few of them', { overlaps: 40 }, ['conflicts']],
  ['as few as the time that was watched', { overlaps: 40, map: shed }, []],
  ['another line', { marks: { reader, writer: { ...writer, line: 20 }, crash } }, ['lines']],
  ['not a word before it', { answer: { ...seen.answer, reasons: [] } }, ['words']],
  ['late', { told: { ...seen.told, seconds: 3 } }, ['crash told']],
  ['never', { told: undefined }, ['verdict', 'message', 'crash line', 'crash told']],
  ['the crash of another line', { marks: { reader, writer, crash: { ...crash, line: 3 } } }, ['crash line']],
])('%s', (_, changes, names) => expect(missed(changes)).toEqual(names));
