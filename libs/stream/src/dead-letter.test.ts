import { expect, test } from 'vitest';
import { deadLetterRecord } from './dead-letter.ts';

test('a dead letter keeps the value and says why and where from', () => {
  const value = Uint8Array.of(1, 2);
  const origin = { topic: 't', partition: 4, offset: '9', key: 'k', value, headers: { a: 'b' }, timestampMillis: 7 };
  const record = deadLetterRecord(origin, { code: 'BATCH_MALFORMED', message: 'x'.repeat(5_000) });
  expect(record).toMatchObject({ topic: 'deadLetter', orderKey: 'k', value });
  expect(record.headers).toMatchObject({
    a: 'b',
    'reason-code': 'BATCH_MALFORMED',
    'origin-topic': 't',
    'origin-partition': '4',
    'origin-offset': '9',
    'origin-timestamp-ms': '7',
  });
  expect(record.headers?.['reason-message']).toHaveLength(2_000);
});
