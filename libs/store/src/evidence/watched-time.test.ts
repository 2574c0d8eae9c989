import { expect, test } from 'vitest';
import { watchedTimes, type FamilyReports } from './watched-time.ts';

const at = (seconds: number): bigint => BigInt(Math.round(seconds * 1e9));
const WINDOW = { fromUnixNanos: at(100), toUnixNanos: at(200) };

/** [second, seconds off since its start] */
const said = (reports: readonly (readonly [number, number])[], more: Partial<FamilyReports> = {}): FamilyReports => ({
  kind: 'http_requests',
  reports: reports.map(([second, off]) => ({ unixNanos: at(second), shedNanos: off * 1e9 })),
  isOver: false,
  ...more,
});

test.each<[string, readonly FamilyReports[], readonly [share: number, shedShare: number][]]>([
  [
    'watched all along',
    [
      said([
        [98, 0],
        [200, 0],
      ]),
    ],
    [[1, 0]],
  ],
  [
    'shed for a quarter, by reports before and after its edges',
    [
      said([
        [98, 7],
        [102, 7],
        [198, 32],
        [202, 32],
      ]),
    ],
    [[0.75, 0.25]],
  ],
  [
    'an edge between two reports',
    [
      said([
        [98, 0],
        [102, 4],
        [202, 4],
      ]),
    ],
    [[0.98, 0.02]],
  ],
  [
    'refused all along',
    [
      said([
        [99, 50],
        [201, 152],
      ]),
    ],
    [[0, 1]],
  ],
  [
    'attached in the middle',
    [
      said([
        [155, 0],
        [200, 0],
      ]),
    ],
    [[0.5, 0]],
  ],
  [
    'its last word came before the end',
    [
      said(
        [
          [90, 0],
          [150, 0],
        ],
        { isOver: true },
      ),
    ],
    [[0.5, 0]],
  ],
  [
    'the newest report is some seconds old',
    [
      said([
        [98, 0],
        [196, 0],
      ]),
    ],
    [[1, 0]],
  ],
  [
    'one agent after the other',
    [
      said(
        [
          [98, 0],
          [150, 0],
        ],
        { isOver: true },
      ),
      said([
        [155, 0],
        [200, 0],
      ]),
    ],
    [[1, 0]],
  ],
  [
    'two at a time, one of them shed for half of it',
    [
      said([
        [98, 0],
        [200, 0],
      ]),
      said([
        [100, 0],
        [200, 50],
      ]),
    ],
    [[0.75, 0.25]],
  ],
  [
    'before the window only',
    [
      said(
        [
          [60, 0],
          [80, 0],
        ],
        { isOver: true },
      ),
    ],
    [[0, 0]],
  ],
  ['nothing', [], []],
])('%s', (_, families, wanted) => {
  const found = watchedTimes(families, WINDOW);
  expect(found).toHaveLength(wanted.length);
  wanted.forEach(([share, shedShare], i) => {
    expect(found[i]?.share).toBeCloseTo(share, 9);
    expect(found[i]?.shedShare).toBeCloseTo(shedShare, 9);
  });
});

test('kinds come apart, in order', () => {
  const kinds = [said([[99, 0]], { kind: 'lock_waits' }), said([[99, 0]], { kind: 'gc_events' })];
  expect(watchedTimes(kinds, WINDOW).map(({ kind }) => kind)).toEqual(['gc_events', 'lock_waits']);
});
