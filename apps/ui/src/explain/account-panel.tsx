import { Table } from '@mantine/core';
import type { EstimateJson, RootCauseAnswer } from '@mapscope/contract';
import { count, percent, percentRange } from '../format/number.ts';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { RichText } from '../parts/rich-text.tsx';
import type { Account, Piece } from './account.ts';

interface AccountPanelProps {
  readonly account: Account;
  readonly answer: RootCauseAnswer;
}

/** Where the extra latency went, and how much of it nobody can tell. */
export function AccountPanel({ account, answer }: AccountPanelProps) {
  const { pieces, isOverfull } = account;
  return (
    <ChartOrTable
      title="Where the extra latency went"
      view="account"
      aside={<span className="dim small">of {slowWords(answer)}, against the usual time of the same routes</span>}
      chart={
        <>
          <Bar pieces={pieces} />
          <Legend pieces={pieces} />
          {isOverfull && (
            <p className="dim small">
              The shares were measured over different requests (goroutine states are known only inside of dumps) and add
              up to more than all; the bar shows their proportions.
            </p>
          )}
        </>
      }
      table={<AccountTable pieces={pieces} />}
    />
  );
}

const slowWords = ({ slowRequests }: RootCauseAnswer): string =>
  slowRequests === 1 ? 'the one slow request' : `all ${count(slowRequests)} slow requests`;

/** Below this a number does not fit into its piece; the legend has it. */
const LABELLED_WIDTH = 0.06;

function Bar({ pieces }: Pick<Account, 'pieces'>) {
  const label = pieces.map(({ name, share }) => `${name.replaceAll('`', '')} ${percent(share)}`).join('; ');
  return (
    <div className="account" role="img" aria-label={label}>
      {pieces.map(({ role, width, share }, index) =>
        width <= 0 ? null : (
          <div
            key={index}
            className={`account-piece piece-${role} piece-${index}`}
            style={{ width: `${width * 100}%` }}
          >
            {width >= LABELLED_WIDTH && <span>{`${index + 1} · ${percent(share)}`}</span>}
          </div>
        ),
      )}
    </div>
  );
}

function Legend({ pieces }: Pick<Account, 'pieces'>) {
  return (
    <ol className="account-legend">
      {pieces.map((piece, index) => (
        <li key={piece.name}>
          <span className={`account-swatch piece-${piece.role} piece-${index}`} aria-hidden="true" />
          <span className="account-number">{index + 1}</span>
          <span>
            <b>{percent(piece.share)}</b> <RichText text={piece.name} />
            {piece.role === 'blamed' && <strong className="text-wait"> ◆ blamed</strong>}
          </span>
        </li>
      ))}
    </ol>
  );
}

const ROLE_WORDS: Readonly<Record<Piece['role'], string>> = {
  blamed: '◆ blamed',
  other: 'measured, not blamed',
  smaller: 'measured, not blamed',
  unexplained: 'nobody’s',
};

const rangeWords = (interval: EstimateJson | undefined): string =>
  interval === undefined ? '–' : percentRange(interval);

function AccountTable({ pieces }: Pick<Account, 'pieces'>) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Table">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What</Table.Th>
            <Table.Th className="number">Share</Table.Th>
            <Table.Th className="number">95 % interval</Table.Th>
            <Table.Th>Standing</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pieces.map((piece) => (
            <Table.Tr key={piece.name} className={piece.role === 'blamed' ? 'is-in-window' : undefined}>
              <Table.Td>
                <RichText text={piece.name} />
              </Table.Td>
              <Table.Td className="number">{percent(piece.share)}</Table.Td>
              <Table.Td className="number">{rangeWords(piece.interval)}</Table.Td>
              <Table.Td>{ROLE_WORDS[piece.role]}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
