import { Table } from '@mantine/core';
import type { CandidateJson } from '@mapscope/contract';
import { Fragment, type ReactNode } from 'react';
import { duration } from '../format/duration.ts';
import { fullPlace, lockWord } from '../format/code-place.ts';
import { count, percent, percentRange, points, pValue, ratio } from '../format/number.ts';
import { CodeSite } from '../parts/code-site.tsx';
import { IntervalBar } from '../parts/interval-bar.tsx';
import { RichText } from '../parts/rich-text.tsx';
import { timesOf } from './account.ts';
import { isSameTime, type Blamed, type Weighing } from './blamed.ts';
import { timeWords } from './cause-words.ts';
import { otherSide, type Explained } from './explained.ts';

const HEADS = [
  { text: '', hint: 'blamed or not' },
  { text: 'Time went to', hint: 'the line that asked for a lock, or what else requests spent time on' },
  { text: 'Released at', hint: 'the line that held the lock for most of the waited time' },
  { text: 'Explains', hint: 'share of the extra latency, with its 95 % interval' },
  {
    text: 'More often',
    hint: 'share of slow requests that met it minus that of baseline requests, in points, and the adjusted p value of it',
  },
  { text: 'Ratio', hint: 'part of all request time, and that of the baseline' },
  { text: 'Dose', hint: 'rank correlation of the time spent here and the duration' },
  { text: 'p99 without', hint: 'p99 of the window without it' },
  { text: 'Times', hint: 'times that requests of the window met it' },
] as const;

interface WeighedTableProps {
  readonly answer: Explained;
  readonly blamed: Blamed;
}

/** Everything that was weighed, those not blamed too: what was acquitted is part of the proof. */
export function WeighedTable(props: WeighedTableProps) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Causes that were weighed">
      <Table className="candidates" horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {HEADS.map(({ text, hint }, index) => (
              <Table.Th key={text} title={hint} className={index > 3 ? 'number' : undefined} aria-label={hint}>
                {text}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rowsOf(props).map(({ key, row }) => (
            <Fragment key={key}>{row}</Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface Keyed {
  readonly key: string;
  readonly row: ReactNode;
}

/** Most explaining first. */
function rowsOf({ answer, blamed }: WeighedTableProps): readonly Keyed[] {
  const other = otherSide(answer);
  const locks = answer.candidates.map((lock) => ({
    key: `${fullPlace(lock.waiter)} ${lock.lockKind} ${lock.explained.value}`,
    weighing: lock,
    row: <LockRow lock={lock} other={other} isBlamed={blamed.what === 'lock' && lock === blamed.lock} />,
  }));
  const times = timesOf(answer, blamed).map((cause) => ({
    key: `${timeWords(cause)} ${cause.explained.value}`,
    weighing: cause,
    row: (
      <Row
        weighing={cause}
        times={cause.events}
        other={other}
        isBlamed={blamed.what === 'time' && isSameTime(cause, blamed.cause)}
        what={<RichText text={timeWords(cause)} />}
      />
    ),
  }));
  return [...locks, ...times].toSorted((a, b) => b.weighing.explained.value - a.weighing.explained.value);
}

interface LockRowProps extends Pick<RowProps, 'other' | 'isBlamed'> {
  readonly lock: CandidateJson;
}

function LockRow({ lock, other, isBlamed }: LockRowProps) {
  return (
    <Row
      weighing={lock}
      times={lock.waits}
      other={other}
      isBlamed={isBlamed}
      what={
        <>
          <CodeSite site={lock.waiter} />
          <div className="dim small">{lockWord(lock.lockKind)}</div>
        </>
      }
      held={<CodeSite site={lock.releasedAt} unknown="–" />}
    />
  );
}

interface RowProps {
  readonly weighing: Weighing;
  readonly times: number;
  /** what it is compared with */
  readonly other: string;
  readonly isBlamed: boolean;
  readonly what: ReactNode;
  readonly held?: ReactNode;
}

function Row({ weighing, times, other, isBlamed, what, held = '–' }: RowProps) {
  const { explained, prevalence } = weighing;
  return (
    <Table.Tr className={isBlamed ? 'is-blamed' : 'is-innocent'}>
      <Table.Td>
        <span className={isBlamed ? 'badge badge-hot' : 'badge badge-faint'}>
          {isBlamed ? '◆ blamed' : 'not blamed'}
        </span>
      </Table.Td>
      <Table.Td>{what}</Table.Td>
      <Table.Td>{held}</Table.Td>
      <Table.Td className="cell-share">
        <b>{percent(explained.value)}</b> <span className="dim small">{percentRange(explained)}</span>
        <IntervalBar
          estimate={explained}
          tone={isBlamed ? 'wait' : 'plain'}
          label={`${percent(explained.value)}, ${percentRange(explained)}`}
        />
      </Table.Td>
      <Table.Td className="number">
        {points(prevalence.value)}
        <br />
        <span className="dim small">p {pValue(weighing.pValue)}</span>
      </Table.Td>
      <Table.Td className="number">
        {ratio(weighing.contentionRatio)}
        <br />
        <span className="dim small">
          {other} {ratio(weighing.contentionRatioBaseline)}
        </span>
      </Table.Td>
      <Table.Td className="number">{ratio(weighing.doseResponse)}</Table.Td>
      <Table.Td className="number">{duration(weighing.counterfactualP99Ms)}</Table.Td>
      <Table.Td className="number">{times > 0 ? count(times) : '–'}</Table.Td>
    </Table.Tr>
  );
}
