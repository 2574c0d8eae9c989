import { Table } from '@mantine/core';
import type { PlatformShareJson, RootCauseAnswer } from '@mapscope/contract';
import { count, percent, percentRange } from '../format/number.ts';
import { platformWords } from '../format/platform.ts';
import { reasonMark, type ReasonMark } from '../format/sentence.ts';
import { IntervalBar } from '../parts/interval-bar.tsx';
import { RichText } from '../parts/rich-text.tsx';
import { Link } from '../router/link.tsx';
import { keptShare } from './blamed.ts';
import { comparesWithOthers, uncountedWords, type Explained } from './explained.ts';
import type { RuledOut as RuledOutLine } from './findings.ts';

const SIGNS: Readonly<Record<ReasonMark, string>> = { holds: '✓', fails: '✗', 'ruled-out': '⊘', note: '·' };

export function Reasons({ reasons }: Pick<RootCauseAnswer, 'reasons'>) {
  return (
    <ul className="reasons">
      {reasons.map((reason) => (
        <li key={reason} className={`reason reason-${reasonMark(reason)}`}>
          <span className="reason-sign" aria-hidden="true">
            {SIGNS[reasonMark(reason)]}
          </span>
          <span>
            <RichText text={reason} />
          </span>
        </li>
      ))}
    </ul>
  );
}

export function RuledOut({ items }: { readonly items: readonly RuledOutLine[] }) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="What was ruled out">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Ruled out</Table.Th>
            <Table.Th>Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ who, why }) => (
            <Table.Tr key={who}>
              <Table.Td>
                <span aria-hidden="true">⊘ </span>
                <RichText text={who} />
              </Table.Td>
              <Table.Td>
                <RichText text={why} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface PlatformsProps {
  readonly platforms: readonly PlatformShareJson[];
  /** the same question of one of them alone; undefined: it is asked about already */
  readonly hrefOf: ((platform: string) => string) | undefined;
}

export function Platforms({ platforms, hrefOf }: PlatformsProps) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Slow requests by platform">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Platform</Table.Th>
            <Table.Th>Waited longer than usual</Table.Th>
            <Table.Th className="number">Slow</Table.Th>
            <Table.Th className="number">Requests</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {platforms.map(({ platform, waiting, slowRequests, requests }) => (
            <Table.Tr key={platform}>
              <Table.Td className="small" title={platform}>
                {hrefOf === undefined ? (
                  platformWords(platform)
                ) : (
                  <Link href={hrefOf(platform)}>{platformWords(platform)}</Link>
                )}
              </Table.Td>
              <Table.Td className="cell-share">
                <b>{percent(waiting.value)}</b> <span className="dim small">{percentRange(waiting)}</span>
                <IntervalBar estimate={waiting} label={`${percent(waiting.value)}, ${percentRange(waiting)}`} />
              </Table.Td>
              <Table.Td className="number">{count(slowRequests)}</Table.Td>
              <Table.Td className="number">{count(requests)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** What the answer rests on, always said: a partial view must not look like a whole one. */
export function CoverageLine({ answer }: { readonly answer: Explained }) {
  const cuts = uncountedWords(answer);
  const kept = keptShare(answer.coverage);
  const { ringLost } = answer.coverage;
  const events = kept === undefined ? 'an unknown share of events' : `${percent(kept)} of events`;
  return (
    <p className={ringLost > 0 ? 'coverage coverage-lossy' : 'coverage'}>
      Based on <b>{events}</b>
      {ringLost > 0 && ` (${count(ringLost)} lost)`}, {count(answer.requests)} requests in the window (
      {count(answer.slowRequests)} slow) and {count(answer.baselineRequests)}{' '}
      {comparesWithOthers(answer) ? 'others of the same time' : 'before it'}:{' '}
      {cuts.length === 0 ? 'every row was counted, none was sampled' : cuts.join('; ')}. Waits bound to their trace
      exactly: <b>{percent(answer.exactBinding)}</b>. Confidence: <b>{answer.confidence}</b>.
    </p>
  );
}
