import type { StreamMessage } from '@mapscope/stream';
import { TOPICS, deadLetterRecord } from '@mapscope/stream';
import { expect, test } from 'vitest';
import { isChosen, letterOf, recordOf } from './letter.ts';
import { DEADLETTER_OPTIONS, deadletterConfig, splitVerb } from './options.ts';
import { readConfig } from '@mapscope/events';

const ORIGINAL: StreamMessage = {
  topic: `t1.${TOPICS.probe.name}`,
  partition: 3,
  offset: '812',
  key: 'a http_requests',
  value: Uint8Array.of(1, 2, 3),
  headers: { agent: 'a' },
  timestampMillis: 1_700_000_000_000,
};
const RECORD = deadLetterRecord(ORIGINAL, { code: 'BATCH_MALFORMED', message: 'crc' });
const LETTER: StreamMessage = {
  ...ORIGINAL,
  topic: TOPICS.deadLetter.name,
  offset: '7',
  headers: RECORD.headers ?? {},
};

test('a letter tells what was wrong, and with which message', () => {
  expect(letterOf(LETTER)).toEqual({
    offset: 7,
    code: 'BATCH_MALFORMED',
    reason: 'crc',
    origin: { topic: `t1.${TOPICS.probe.name}`, partition: 3, offset: '812', unixMillis: 1_700_000_000_000 },
    sizeBytes: 3,
  });
});

test('it goes back with the same bytes and key, to the topic it came from', () => {
  const { topic, orderKey, value } = recordOf(LETTER) ?? {};
  expect({ topic, orderKey, value }).toEqual({ topic: 'probe', orderKey: ORIGINAL.key, value: ORIGINAL.value });
});

test.each([
  ['without its origin', { ...LETTER, headers: {} }],
  ['from a topic that the writer does not read', { ...LETTER, headers: { 'origin-topic': 'orders' } }],
  ['without a value', { ...LETTER, value: null }],
])('a letter %s goes nowhere', (_name, letter) => {
  expect(recordOf(letter)).toBeUndefined();
});

test.each([
  [{ offsets: undefined, code: undefined }, true],
  [{ offsets: [7], code: undefined }, true],
  [{ offsets: [8], code: undefined }, false],
  [{ offsets: undefined, code: 'BATCH_MALFORMED' }, true],
  [{ offsets: [7], code: 'CLICKHOUSE_REFUSED' }, false],
])('%o chooses it: %s', (choice, expected) => {
  expect(isChosen(letterOf(LETTER), choice)).toBe(expected);
});

const configOf = (argv: readonly string[]) => {
  const { verb, flags } = splitVerb(argv);
  return deadletterConfig(verb, readConfig(DEADLETTER_OPTIONS, { argv: flags, env: {} }));
};

test('without a word the letters are listed; a number is an offset', () => {
  expect(configOf([]).verb).toBe('list');
  expect(configOf(['replay', '--offsets', '3,17'])).toMatchObject({ verb: 'replay', offsets: [3, 17] });
});

test.each([
  [['purge'], /give list or replay/],
  [['replay'], /--offsets, --code, or --all/],
  [['replay', '--offsets', '3,x'], /"x" is no offset/],
])('%o is refused with how to mend it', (argv, words) => {
  expect(() => configOf(argv)).toThrow(words);
});
