/** One service on several kinds of machines: a sentence, each platform's numbers, and where to look for dear cache lines. */
import { Table } from '@mantine/core';
import type { AtomicsHintJson, ComparedPlatformJson, ComparePlatformsAnswer } from '@mapscope/contract';
import { useAnswer } from '../api/use-answer.ts';
import { count, percent, percentRange } from '../format/number.ts';
import { IntervalBar } from '../parts/interval-bar.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { RichText } from '../parts/rich-text.tsx';
import { writeQuery } from '../router/query.ts';
import { baselineCell, contrastCell, type ContrastCell } from './compare-words.ts';

export interface CompareAsked {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly route?: string | undefined;
  readonly site?: string | undefined;
  readonly baselineFrom?: string | undefined;
  readonly baselineTo?: string | undefined;
}

const comparePath = (asked: CompareAsked): string => `/api/v1/compare/platforms${writeQuery({ ...asked })}`;

export function ComparePanel({ asked }: { readonly asked: CompareAsked }) {
  const { value, problem, retry } = useAnswer<ComparePlatformsAnswer>(comparePath(asked), { subject: asked.service });
  return (
    <Panel title="Platforms compared">
      {problem !== undefined && <ProblemNote problem={problem} onRetry={retry} />}
      {value === undefined && problem === undefined && <Loading what="Platforms" heights={[120]} />}
      {value !== undefined && <Compared answer={value} />}
    </Panel>
  );
}

export function Compared({ answer }: { readonly answer: ComparePlatformsAnswer }) {
  return (
    <>
      <p>
        <RichText text={answer.sentence} />
      </p>
      {answer.platforms.length > 0 && <PlatformTable platforms={answer.platforms} />}
      {answer.hints.map((hint) => (
        <Hint key={`${hint.platform} ${hint.waiter.function}:${hint.waiter.line}`} hint={hint} />
      ))}
    </>
  );
}

function PlatformTable({ platforms }: { readonly platforms: readonly ComparedPlatformJson[] }) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Table">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Platform</Table.Th>
            <Table.Th className="number">Requests</Table.Th>
            <Table.Th>Waited</Table.Th>
            <Table.Th>Mean wait against the reference</Table.Th>
            <Table.Th>Against its own baseline</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {platforms.map((one) => (
            <PlatformRow key={one.platform} one={one} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function PlatformRow({ one }: { readonly one: ComparedPlatformJson }) {
  const { waiting, requests } = one.measures;
  return (
    <Table.Tr>
      <Table.Td title={one.platform}>
        <b>{one.label}</b>
        {one.emulated && <span className="dim small"> emulated</span>}
      </Table.Td>
      <Table.Td className="number">{count(requests)}</Table.Td>
      <Table.Td className="cell-share">
        <b>{percent(waiting.value)}</b> <span className="dim small">{percentRange(waiting)}</span>
        <IntervalBar estimate={waiting} label={`${percent(waiting.value)}, ${percentRange(waiting)}`} />
      </Table.Td>
      <Cell cell={contrastCell(one.against)} />
      <Cell cell={baselineCell(one)} />
    </Table.Tr>
  );
}

const SIGNS: Readonly<Record<ContrastCell['tone'], string>> = { worse: '▲ ', better: '▼ ', same: '＝ ', none: '' };

const Cell = ({ cell }: { readonly cell: ContrastCell }) => (
  <Table.Td className={cell.tone === 'none' ? 'dim small' : undefined}>
    <span aria-hidden="true">{SIGNS[cell.tone]}</span>
    {cell.text}
  </Table.Td>
);

function Hint({ hint }: { readonly hint: AtomicsHintJson }) {
  const { layout } = hint;
  return (
    <details className="small">
      <summary>
        <RichText text={hint.sentence} />
      </summary>
      {layout !== null && (
        <ul>
          {layout.fields.map((field) => (
            <li key={field.name} className="mono">
              {`line ${field.line} · byte ${field.offsetBytes} · ${field.name} ${field.type}`}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
