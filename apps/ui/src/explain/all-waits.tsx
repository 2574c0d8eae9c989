import { Button, Table } from '@mantine/core';
import type { ContentionAnswer, RootCauseAnswer } from '@mapscope/contract';
import { useState } from 'react';
import { contentionPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { duration } from '../format/duration.ts';
import { fullPlace, lockWord } from '../format/code-place.ts';
import { count, ratio } from '../format/number.ts';
import { CodeSite } from '../parts/code-site.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

const LIMIT = 50;

/** Every pair of waiter and holder in the window, asked for only when somebody wants to see it. */
export function AllWaits({ answer }: { readonly answer: RootCauseAnswer }) {
  const [isOpen, setIsOpen] = useState(false);
  const { service, window, route, platform } = answer;
  const selection = { service, ...window, route: route ?? undefined, platform: platform ?? undefined };
  const waits = useAnswer<ContentionAnswer>(isOpen ? contentionPath(selection, LIMIT) : undefined, {
    subject: service,
  });
  const toggle = (
    <Button size="compact-xs" variant="default" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
      {isOpen ? 'hide' : 'show'}
    </Button>
  );
  return (
    <Panel title="All waits in this time" aside={toggle}>
      {!isOpen && (
        <p className="dim small">
          Every line that waited for a lock in the window, slow request or not, most waited first.
        </p>
      )}
      {isOpen && waits.problem !== undefined && <ProblemNote problem={waits.problem} onRetry={waits.retry} />}
      {isOpen && waits.value === undefined && waits.problem === undefined && <Loading what="Waits" heights={[160]} />}
      {isOpen && waits.value !== undefined && <WaitsTable answer={waits.value} />}
    </Panel>
  );
}

function WaitsTable({ answer }: { readonly answer: ContentionAnswer }) {
  if (answer.items.length === 0) return <p className="dim">No lock was waited for.</p>;
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="All waits">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Waited at</Table.Th>
            <Table.Th>Released at</Table.Th>
            <Table.Th>Kind</Table.Th>
            <Table.Th className="number">Waits</Table.Th>
            <Table.Th className="number">Waited</Table.Th>
            <Table.Th className="number">Longest</Table.Th>
            <Table.Th className="number">Locks</Table.Th>
            <Table.Th className="number">Ratio</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {answer.items.map((row) => (
            <Table.Tr key={`${fullPlace(row.waiter)} ${fullPlace(row.releasedAt)} ${row.lockKind} ${row.platform}`}>
              <Table.Td>
                <CodeSite site={row.waiter} />
              </Table.Td>
              <Table.Td>
                <CodeSite site={row.releasedAt} />
              </Table.Td>
              <Table.Td>{lockWord(row.lockKind)}</Table.Td>
              <Table.Td className="number">{count(row.waits)}</Table.Td>
              <Table.Td className="number">{duration(row.waitMs)}</Table.Td>
              <Table.Td className="number">{duration(row.maxWaitMs)}</Table.Td>
              <Table.Td className="number">{count(row.locks)}</Table.Td>
              <Table.Td className="number">{ratio(row.contentionRatio)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
