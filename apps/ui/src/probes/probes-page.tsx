import { Table } from '@mantine/core';
import type { AgentReportJson, StatusAnswer } from '@mapscope/contract';
import type { Asked } from '../api/use-answer.ts';
import { duration } from '../format/duration.ts';
import { ago } from '../format/instant.ts';
import { count, plural } from '../format/number.ts';
import { platformWords } from '../format/platform.ts';
import { Teach } from '../incidents/teach.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useNow } from '../parts/use-now.ts';
import { ProbeSwitch } from './probe-switch.tsx';
import { costWords, kindWords, servicesOf, type ProbedProcess, type ProbedService } from './probe-view.ts';

/** What runs where, what it costs, how long attaching took, what was lost, and the switch. */
export function ProbesPage({ status: { value, problem, retry } }: { readonly status: Asked<StatusAnswer> }) {
  const nowMs = useNow(1000);
  const services = servicesOf(value?.agents ?? [], nowMs);
  const on = services.filter(({ isOn }) => isOn).length;
  return (
    <>
      <div className="page-head">
        <h1>Probes</h1>
        {value !== undefined && services.length > 0 && <span className="dim">on in {plural(on, 'service')}</span>}
      </div>
      {problem !== undefined && <ProblemNote problem={problem} onRetry={retry} />}
      {value === undefined && problem === undefined && <Loading what="Probes" heights={[240]} />}
      {value !== undefined && services.length === 0 && <Teach />}
      {services.map((service) => (
        <Service key={service.service} service={service} nowMs={nowMs} canSwitch={value?.kafka.configured === true} />
      ))}
    </>
  );
}

interface ServiceProps {
  readonly service: ProbedService;
  readonly nowMs: number;
  /** the API has a way to the agents */
  readonly canSwitch: boolean;
}

function Service({ service: { service, processes, isOn }, nowMs, canSwitch }: ServiceProps) {
  const sign = (
    <span className="small">
      <span className={`lamp lamp-${isOn ? 'live' : 'off'}`} aria-hidden="true" /> {isOn ? 'on' : 'off'}
    </span>
  );
  return (
    <Panel title={service} aside={sign}>
      {canSwitch ? (
        <ProbeSwitch service={service} isOn={isOn} />
      ) : (
        <p className="dim small">This API knows no Kafka brokers, so probes are switched where the agents run.</p>
      )}
      {processes.map((process) => (
        <Process key={`${process.agent} ${process.pid}`} process={process} nowMs={nowMs} />
      ))}
    </Panel>
  );
}

function Process({ process, nowMs }: { readonly process: ProbedProcess; readonly nowMs: number }) {
  const { pid, platform, buildId, state, reportedAt, kinds } = process;
  return (
    <section className="probed" aria-label={`process ${pid}`}>
      <p className="small">
        <b>process {pid}</b> · {state}, {ago(reportedAt, nowMs)} ·{' '}
        <span className="dim">
          {platformWords(platform)} · build {buildId.slice(0, 12) || 'not known'}
        </span>
      </p>
      <DataTable
        label={`Probes of process ${pid}`}
        heads={['Watches', '#Probes', '#Attached in', 'Cost', '#Events', '#Lost']}
        className="probe-table"
      >
        {kinds.map((kind) => (
          <KindRow key={kind.kind} report={kind} />
        ))}
      </DataTable>
    </section>
  );
}

function KindRow({ report }: { readonly report: AgentReportJson }) {
  const { kind, probes, attachMs, ringSubmitted, shed } = report;
  const lost = report.ringLost + report.lostWithAgent;
  const isCostly = shed !== null && shed.state !== 'never';
  return (
    <Table.Tr>
      <Table.Td>{kindWords(kind)}</Table.Td>
      <Table.Td className="number">{count(probes)}</Table.Td>
      <Table.Td className="number">{duration(attachMs)}</Table.Td>
      <Table.Td className={isCostly ? 'text-hot' : 'dim'}>
        {isCostly && '◆ '}
        {costWords(report)}
      </Table.Td>
      <Table.Td className="number">{count(ringSubmitted)}</Table.Td>
      <Table.Td className={lost > 0 ? 'number text-hot' : 'number'}>{count(lost)}</Table.Td>
    </Table.Tr>
  );
}
