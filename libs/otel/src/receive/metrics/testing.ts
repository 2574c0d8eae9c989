/** For tests: one metric of each kind with all of its fields, by hand, in both encodings. */
import { double, type Fields, hexBytes, message, NOW, SPAN, TRACE } from '../testing.ts';

const attribute = (key: string, text: string): Uint8Array =>
  message([
    [1, key],
    [2, message([[1, text]])],
  ]);

export const request = (metrics: readonly Uint8Array[]): Uint8Array =>
  message([
    [
      1,
      message([
        // The resource behind its metrics, and the scope behind them too.
        [
          2,
          message([
            ...metrics.map((metric) => [2, metric] as const),
            [3, 'https://scope'],
            [
              1,
              message([
                [1, 'lib'],
                [2, '1'],
                [3, attribute('s', 't')],
                [4, 5],
              ]),
            ],
          ]),
        ],
        [1, message([[1, attribute('service.name', 'order')]])],
        [3, 'https://resource'],
      ]),
    ],
  ]);

export const START = NOW - 60_000_000_000n;
export const TIMES: Fields = [
  [2, START],
  [3, NOW],
];
const exemplar = message([
  [2, NOW - 1n],
  [6, 2n ** 64n - 3n], // sfixed64: −3
  [4, hexBytes(SPAN)],
  [5, hexBytes(TRACE)],
  [7, attribute('user', 'u1')],
]);
export const metric = (field: number, data: Fields): Uint8Array =>
  message([
    [field, message(data)],
    [1, 'm'],
    [2, 'about'],
    [3, 'By'],
    [99, 'later'],
  ]);
/** packed: the values one after the other in one field */
const packed = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const doubles = (...values: readonly number[]): Uint8Array => Buffer.from(Float64Array.from(values).buffer);
const fixed64s = (...values: readonly bigint[]): Uint8Array => Buffer.from(BigUint64Array.from(values).buffer);

export const PROTOBUF: readonly Uint8Array[] = [
  metric(5, [[1, message([...TIMES, [4, double(1.5)], [5, exemplar], [7, attribute('a', 'b')], [8, 1]])]]),
  metric(7, [
    [1, message([...TIMES, [6, 2n ** 62n + 1n]])],
    [2, 1],
    [3, 1],
  ]),
  metric(9, [
    [
      1,
      message([
        ...TIMES,
        [4, 10n],
        [5, double(0)],
        [6, packed(fixed64s(1n, 2n))],
        [6, 7n], // not packed
        [7, packed(doubles(0.5, 1))],
        [8, exemplar],
        [9, attribute('a', 'b')],
        [10, 1],
        [12, double(-1)],
      ]),
    ],
    [2, 2],
  ]),
  metric(10, [
    [2, 1],
    [
      1,
      message([
        ...TIMES,
        [1, attribute('a', 'b')],
        [4, 10n],
        [6, 5], // sint32: −3
        [7, 4n],
        // offset −1 (sint32), counts 300 and 1 packed as varints
        [
          8,
          message([
            [1, 1],
            [2, packed(Buffer.from([0xac, 0x02, 0x01]))],
          ]),
        ],
        [9, message([[2, 9]])],
        [13, double(8)],
        [14, double(0.001)],
        [11, exemplar],
      ]),
    ],
  ]),
  metric(11, [
    [
      1,
      message([
        ...TIMES,
        [4, 3n],
        [5, double(6)],
        [
          6,
          message([
            [1, double(0.99)],
            [2, double(4)],
          ]),
        ],
        [7, attribute('a', 'b')],
      ]),
    ],
  ]),
];

export const jsonTimes = { startTimeUnixNano: String(START), timeUnixNano: String(NOW) };
export const jsonAttributes = (key: string, stringValue: string) => [{ key, value: { stringValue } }];
const jsonExemplar = {
  timeUnixNano: String(NOW - 1n),
  asInt: '-3',
  spanId: SPAN.toUpperCase(),
  traceId: TRACE,
  filteredAttributes: jsonAttributes('user', 'u1'),
};
export const jsonMetric = (data: object): object => ({
  name: 'm',
  description: 'about',
  unit: 'By',
  later: {},
  ...data,
});
const AB = jsonAttributes('a', 'b');
export const JSON_METRICS = [
  jsonMetric({
    gauge: { dataPoints: [{ ...jsonTimes, asDouble: 1.5, exemplars: [jsonExemplar], attributes: AB, flags: 1 }] },
  }),
  jsonMetric({
    sum: {
      dataPoints: [{ ...jsonTimes, asInt: String(2n ** 62n + 1n) }],
      aggregationTemporality: 1,
      isMonotonic: true,
    },
  }),
  jsonMetric({
    histogram: {
      dataPoints: [
        {
          ...jsonTimes,
          count: '10',
          sum: 0,
          bucketCounts: ['1', 2, '7'],
          explicitBounds: [0.5, 1],
          exemplars: [jsonExemplar],
          attributes: AB,
          flags: 1,
          max: -1,
        },
      ],
      aggregationTemporality: 2,
    },
  }),
  jsonMetric({
    exponentialHistogram: {
      dataPoints: [
        {
          ...jsonTimes,
          attributes: AB,
          count: 10,
          scale: -3,
          zeroCount: '4',
          positive: { offset: -1, bucketCounts: ['300', '1'] },
          negative: { bucketCounts: ['9'] },
          max: 8,
          zeroThreshold: 0.001,
          exemplars: [jsonExemplar],
        },
      ],
      aggregationTemporality: 1,
    },
  }),
  jsonMetric({
    summary: {
      dataPoints: [
        { ...jsonTimes, count: '3', sum: 6, quantileValues: [{ quantile: 0.99, value: 4 }], attributes: AB },
      ],
    },
  }),
];
export const jsonRequest = (metrics: readonly object[]): object => ({
  resourceMetrics: [
    {
      resource: { attributes: jsonAttributes('service.name', 'order') },
      schemaUrl: 'https://resource',
      scopeMetrics: [
        {
          scope: { name: 'lib', version: '1', attributes: jsonAttributes('s', 't'), droppedAttributesCount: 5 },
          schemaUrl: 'https://scope',
          metrics,
        },
      ],
    },
  ],
});
