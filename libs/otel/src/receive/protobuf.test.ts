import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRequest } from './decode-request.ts';
import { type Fields, hexBytes, message, NOW, protoRequest, protoSpan, rowsOf, SPAN, TRACE } from './testing.ts';

const decode = (body: Uint8Array) => decodeRequest('traces', body, 'protobuf', NOW);
const attribute = (key: string, value: Fields): Uint8Array =>
  message([
    [1, key],
    [2, message(value)],
  ]);

test('a request is read field by field, unknown fields and wire types aside', () => {
  const event = message([
    [1, NOW + 1n],
    [2, 'e'],
    [3, attribute('k', [[1, 'v']])],
    [4, 7],
  ]);
  const link = message([
    [1, hexBytes(TRACE)],
    [2, hexBytes(SPAN)],
    [3, 'a=b'],
    [4, attribute('k', [[2, 1]])],
  ]);
  const span = protoSpan([
    [3, 'st=1'],
    [4, hexBytes('00f067aa0ba902b7')],
    [6, 2],
    [9, attribute('n', [[3, -7]])],
    [10, 3],
    [11, event],
    [13, link],
    [
      15,
      message([
        [2, 'broken'],
        [3, 2],
      ]),
    ],
    [99, 'later'],
    [5, 1n],
  ]);
  const service = attribute('service.name', [[1, 'order']]);
  expect(
    rowsOf(
      decode(
        protoRequest(
          [span],
          [
            [1, service],
            [1, attribute('host.arch', [[1, 'arm64']])],
          ],
        ),
      ),
    ),
  ).toEqual([
    {
      Timestamp: NOW,
      TraceId: TRACE,
      SpanId: SPAN,
      ParentSpanId: '00f067aa0ba902b7',
      TraceState: 'st=1',
      SpanName: 's',
      SpanKind: 'Server',
      ServiceName: 'order',
      ResourceAttributes: { keys: ['service.name', 'host.arch'], values: ['order', 'arm64'] },
      ScopeName: 'lib',
      ScopeVersion: '',
      SpanAttributes: { keys: ['n'], values: ['-7'] },
      Duration: 5n,
      StatusCode: 'Error',
      StatusMessage: 'broken',
      'Events.Timestamp': [NOW + 1n],
      'Events.Name': ['e'],
      'Events.Attributes': [{ keys: ['k'], values: ['v'] }],
      'Links.TraceId': [TRACE],
      'Links.SpanId': [SPAN],
      'Links.TraceState': ['a=b'],
      'Links.Attributes': [{ keys: ['k'], values: ['true'] }],
      platform: 'arch=arm64',
    },
  ]);
});

test('a resource and a scope that stand behind their spans count for them', () => {
  const scopeSpans = message([
    [2, protoSpan()],
    [
      1,
      message([
        [1, 'late'],
        [2, '9'],
      ]),
    ],
  ]);
  const body = message([
    [
      1,
      message([
        [2, scopeSpans],
        [1, message([[1, attribute('service.name', [[1, 'x']])]])],
      ]),
    ],
  ]);
  expect(rowsOf(decode(body))).toMatchObject([{ ServiceName: 'x', ScopeName: 'late', ScopeVersion: '9' }]);
});

test.each<[string, Fields, string]>([
  ['text', [[1, 'ä']], 'ä'],
  ['false', [[2, 0]], 'false'],
  ['the smallest integer', [[3, Number.MIN_SAFE_INTEGER]], '-9007199254740991'],
  ['a double', [[4, 0x3ff8_0000_0000_0000n]], '1.5'],
  ['infinity', [[4, 0x7ff0_0000_0000_0000n]], 'Infinity'],
  ['bytes', [[7, Uint8Array.of(1, 255)]], 'Af8='],
  [
    'a list',
    [
      [
        5,
        message([
          [1, message([[1, 'a"']])],
          [1, message([[3, 2]])],
          [1, message([])],
        ]),
      ],
    ],
    '["a\\"",2,null]',
  ],
  [
    'a map',
    [
      [
        6,
        message([
          [1, attribute('z', [[2, 1]])],
          [1, attribute('b', [[7, Uint8Array.of(0)]])],
        ]),
      ],
    ],
    '{"b":"AA==","z":true}',
  ],
  ['nothing', [], ''],
  [
    'the last of several',
    [
      [1, 'a'],
      [3, 4],
    ],
    '4',
  ],
])('an attribute that is %s is stored as the collector writes it', (_, value, expected) => {
  const [row] = rowsOf(decode(protoRequest([protoSpan([[9, attribute('k', value)]])])));
  expect(row?.['SpanAttributes']).toEqual({ keys: ['k'], values: [expected] });
});

function nested(levels: number): Fields {
  let value: Fields = [[1, 'x']];
  for (let i = 0; i < levels; i++) value = [[5, message([[1, message(value)]])]];
  return value;
}

const deep = (levels: number) => decode(protoRequest([protoSpan([[9, attribute('k', nested(levels))]])]));

test('nesting ends where the limit says, not where the stack does', () => {
  expect(deep(32).outcome).toBe('decoded');
  expect(deep(33)).toMatchObject({ outcome: 'malformed', problem: expect.stringContaining('nests deeper than 32') });
  expect(deep(20_000).outcome).toBe('malformed');
});

test('an empty request is a good one', () => {
  expect(decode(new Uint8Array())).toMatchObject({ outcome: 'decoded', items: 0, rejected: 0, batches: [] });
});

test('millions of empty messages in a small body are too much', () => {
  const body = message([[1, message([[2, Buffer.alloc(14_000_000, Uint8Array.of(0x12, 0x00))]])]]);
  expect(decode(body)).toMatchObject({ outcome: 'too-large', problem: expect.stringContaining('smaller batches') });
});

const GOOD = protoRequest(
  [
    protoSpan([
      [9, attribute('k', nested(3))],
      [
        11,
        message([
          [1, NOW],
          [2, 'e'],
        ]),
      ],
    ]),
    protoSpan([
      [
        13,
        message([
          [1, hexBytes(TRACE)],
          [2, hexBytes(SPAN)],
        ]),
      ],
    ]),
  ],
  [[1, attribute('service.name', [[1, 'order']])]],
);

/** Anything but an exception will do; what is decoded must also be encodable. */
const isSurvived = (body: Uint8Array): boolean => {
  const decoded = decode(body);
  if (decoded.outcome === 'decoded') rowsOf(decoded);
  return true;
};

test('a damaged body is refused or read, and never breaks the receiver', () => {
  const damaged = fc
    .array(fc.tuple(fc.nat({ max: GOOD.length - 1 }), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 8 })
    .map((flips) => {
      const body = Uint8Array.from(GOOD);
      for (const [at, by] of flips) body[at] = (body[at] ?? 0) ^ by;
      return body;
    });
  fc.assert(fc.property(damaged, isSurvived), { interruptAfterTimeLimit: 3_000, numRuns: 20_000 });
});

test('bytes of any kind, and a body cut anywhere, are survived', () => {
  for (let end = 0; end < GOOD.length; end++) isSurvived(GOOD.subarray(0, end));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), isSurvived), {
    interruptAfterTimeLimit: 2_000,
    numRuns: 10_000,
  });
  expect(decode(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07)).outcome).toBe('malformed');
  expect(decode(Uint8Array.of(0x00, 0x01)).outcome).toBe('malformed');
});
