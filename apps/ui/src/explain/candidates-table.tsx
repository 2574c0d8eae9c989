import { Table } from '@mantine/core';
import type { CandidateJson } from '@mapscope/contract';
import { duration } from '../format/duration.ts';
import { fullPlace, lockWord } from '../format/code-place.ts';
import { count, percent, percentRange, pValue, ratio } from '../format/number.ts';
import { CodeSite } from '../parts/code-site.tsx';
import { IntervalBar } from '../parts/interval-bar.tsx';

interface CandidatesTableProps {
  readonly candidates: readonly CandidateJson[];
  readonly blamed: CandidateJson | undefined;
}

const HEADS = [
  { text: '', hint: 'blamed or ruled out' },
  { text: 'Waited at', hint: 'the line that asked for the lock' },
  { text: 'Released at', hint: 'the line that held it for most of the waited time' },
  { text: 'Explains', hint: 'share of the extra latency, with its 95 % interval' },
  {
    text: 'More often',
    hint: 'share of slow requests waiting here minus that of baseline requests, and the adjusted p value of it',
  },
  { text: 'Ratio', hint: 'contention ratio, and that of the baseline' },
  { text: 'Dose', hint: 'rank correlation of wait and duration' },
  { text: 'p99 without', hint: 'p99 of the window without this wait' },
  { text: 'Waits', hint: 'times a request waited here' },
] as const;

/** Everything that was weighed, those ruled out too: what was acquitted is part of the proof. */
export function CandidatesTable({ candidates, blamed }: CandidatesTableProps) {
  return (
    <div className="scroll-x">
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
          {candidates.map((candidate) => (
            <Row
              key={`${fullPlace(candidate.waiter)} ${candidate.lockKind}`}
              candidate={candidate}
              isBlamed={candidate === blamed}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ candidate, isBlamed }: { readonly candidate: CandidateJson; readonly isBlamed: boolean }) {
  const { explained } = candidate;
  return (
    <Table.Tr className={isBlamed ? 'is-blamed' : 'is-innocent'}>
      <Table.Td>
        <span className={isBlamed ? 'badge badge-hot' : 'badge badge-faint'}>
          {isBlamed ? '◆ blamed' : 'ruled out'}
        </span>
      </Table.Td>
      <Table.Td>
        <CodeSite site={candidate.waiter} />
        <div className="dim small">{lockWord(candidate.lockKind)}</div>
      </Table.Td>
      <Table.Td>
        <CodeSite site={candidate.releasedAt} unknown="–" />
      </Table.Td>
      <Table.Td className="cell-share">
        <b>{percent(explained.value)}</b> <span className="dim small">{percentRange(explained)}</span>
        <IntervalBar
          estimate={explained}
          tone={isBlamed ? 'wait' : 'plain'}
          label={`${percent(explained.value)}, ${percentRange(explained)}`}
        />
      </Table.Td>
      <Table.Td className="number">
        {percent(candidate.prevalence.value)}
        <br />
        <span className="dim small">p {pValue(candidate.pValue)}</span>
      </Table.Td>
      <Table.Td className="number">
        {ratio(candidate.contentionRatio)}
        <br />
        <span className="dim small">before {ratio(candidate.contentionRatioBaseline)}</span>
      </Table.Td>
      <Table.Td className="number">{ratio(candidate.doseResponse)}</Table.Td>
      <Table.Td className="number">{duration(candidate.counterfactualP99Ms)}</Table.Td>
      <Table.Td className="number">{count(candidate.waits)}</Table.Td>
    </Table.Tr>
  );
}
