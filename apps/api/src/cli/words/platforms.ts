/** One service on several kinds of machines, as lines. Pure. */
import type { ComparePlatformsAnswer, EstimateJson } from '@mapscope/contract';
import { count, duration, percent, ratio } from './numbers.ts';
import { type Column, printable, table } from './table.ts';

type Compared = ComparePlatformsAnswer['platforms'][number];

const COLUMNS: readonly Column[] = [
  { title: 'PLATFORM' },
  { title: 'REQUESTS', right: true },
  { title: 'WAITED' },
  { title: 'MEAN WAIT', right: true },
  { title: 'P99' },
  { title: 'RATIO', right: true },
  { title: 'OWN TIME', right: true },
];

export function comparisonLines(answer: ComparePlatformsAnswer): readonly string[] {
  const { sentence, platforms, hints, reference } = answer;
  if (platforms.length === 0) return [printable(sentence)];
  return [
    printable(sentence),
    '',
    table(
      COLUMNS,
      platforms.map((one) => cells(one, reference)),
    ),
    ...platforms.flatMap(contrastLines),
    ...hints.flatMap((hint) => ['', printable(hint.sentence)]),
  ];
}

function cells({ platform, label, emulated, measures }: Compared, reference: string | null): readonly string[] {
  const { requests, waiting, waitMs, p99Ms, contentionRatio, ownMs } = measures;
  const notes = [platform === reference ? 'reference' : '', emulated ? 'emulated' : ''].filter((note) => note !== '');
  return [
    notes.length === 0 ? label : `${label} (${notes.join(', ')})`,
    count(requests),
    `${percent(waiting.value)} [${percent(waiting.low)}, ${percent(waiting.high)}]`,
    duration(waitMs.value),
    spread(p99Ms),
    ratio(contentionRatio.value),
    duration(ownMs.value),
  ];
}

const spread = ({ value, low, high }: EstimateJson): string =>
  `${duration(value)} [${duration(low)}, ${duration(high)}]`;

/** What is not compared says why: a number that is left out without a word is taken for equal. */
function contrastLines({ label, against, ownBaseline }: Compared): readonly string[] {
  const told = [against, ownBaseline].flatMap((contrast) => {
    if (contrast === null) return [];
    return [contrast.sentence, ...contrast.notes, ...contrast.refusals.map(({ reason }) => `not compared: ${reason}`)];
  });
  return told.length === 0 ? [] : ['', printable(label), ...told.map((line) => `  ${printable(line)}`)];
}
