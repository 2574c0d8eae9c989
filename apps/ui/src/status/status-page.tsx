import { Table } from '@mantine/core';
import type { StatusAnswer } from '@mapscope/contract';
import type { Asked } from '../api/use-answer.ts';
import { ago, dateTime } from '../format/instant.ts';
import { count } from '../format/number.ts';
import { kindWords } from '../probes/probe-view.ts';
import { Teach } from '../incidents/teach.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useNow } from '../parts/use-now.ts';
import { AgentCards } from './agent-cards.tsx';
import { Flow } from './flow.tsx';
import { lostOf, storedView, toAgentViews } from './status-view.ts';

export function StatusPage({ status: { value, problem, retry } }: { readonly status: Asked<StatusAnswer> }) {
  const nowMs = useNow(1000);
  return (
    <>
      <div className="page-head">
        <h1>Status</h1>
        {value !== undefined && <span className="dim">API up since {dateTime(value.startedAt)}</span>}
      </div>
      {problem !== undefined && <ProblemNote problem={problem} onRetry={retry} />}
      {value === undefined && problem === undefined && <Loading what="Status" heights={[180, 220]} />}
      {value !== undefined && <Status status={value} nowMs={nowMs} />}
    </>
  );
}

function Status({ status, nowMs }: { readonly status: StatusAnswer; readonly nowMs: number }) {
  const agents = toAgentViews(status.agents, nowMs);
  return (
    <>
      <Panel title="From probe to table" aside={<KafkaSign kafka={status.kafka} />}>
        <Flow totals={status.pipeline.totals} />
        <Stored stored={status.stored} nowMs={nowMs} />
      </Panel>
      {agents.length === 0 ? <Teach /> : <AgentCards agents={agents} nowMs={nowMs} />}
      {status.pipeline.items.length > 0 && (
        <Panel title="By agent and kind of event">
          <PipelineTable items={status.pipeline.items} />
        </Panel>
      )}
      {status.agents.length > 0 && (
        <p className="dim small">Newest report {ago(newestReport(status), nowMs)}; this page asks every few seconds.</p>
      )}
    </>
  );
}

function Stored({ stored, nowMs }: Pick<StatusAnswer, 'stored'> & { readonly nowMs: number }) {
  const { isSound, text } = storedView(stored);
  return (
    <p className={isSound ? 'dim small' : 'small text-hot'}>
      {!isSound && <span aria-hidden="true">✗ </span>}
      {stored === null ? text : `${text} Looked ${ago(stored.checkedAt, nowMs)}.`}
    </p>
  );
}

const newestReport = (status: StatusAnswer): string =>
  status.agents
    .map((agent) => agent.reportedAt)
    .toSorted()
    .at(-1) ?? '';

function KafkaSign({ kafka: { configured, writerLag } }: Pick<StatusAnswer, 'kafka'>) {
  if (!configured) return <span className="dim small">no Kafka brokers configured in the API</span>;
  return (
    <span className="dim small">
      {writerLag === null ? 'Kafka does not answer' : `Kafka: ${count(writerLag)} messages not yet written`}
    </span>
  );
}

function PipelineTable({ items }: { readonly items: StatusAnswer['pipeline']['items'] }) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Events by agent and kind">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Agent</Table.Th>
            <Table.Th>Service</Table.Th>
            <Table.Th>Kind</Table.Th>
            <Table.Th className="number">Submitted</Table.Th>
            <Table.Th className="number">Lost</Table.Th>
            <Table.Th className="number">Published</Table.Th>
            <Table.Th className="number">Inserted</Table.Th>
            <Table.Th className="number">Batches published / inserted</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={`${item.agent} ${item.kind}`}>
              <Table.Td className="mono small">{item.agent}</Table.Td>
              <Table.Td>{item.service}</Table.Td>
              <Table.Td title={item.kind}>{kindWords(item.kind)}</Table.Td>
              <Table.Td className="number">{count(item.ringSubmitted)}</Table.Td>
              <Table.Td className={lostOf(item) > 0 ? 'number text-hot' : 'number'}>{count(lostOf(item))}</Table.Td>
              <Table.Td className="number">{count(item.published)}</Table.Td>
              <Table.Td className="number">{count(item.inserted)}</Table.Td>
              <Table.Td className="number">
                {count(item.publishedBatches)} / {count(item.insertedBatches)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
