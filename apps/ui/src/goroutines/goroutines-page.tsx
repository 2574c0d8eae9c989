import { Table } from '@mantine/core';
import type { DumpJson, DumpsAnswer } from '@mapscope/contract';
import { dumpsPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { dateTime } from '../format/instant.ts';
import { count } from '../format/number.ts';
import { platformWords } from '../format/platform.ts';
import { CopyCommand } from '../parts/copy-command.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf, type QueryValues } from '../router/query.ts';
import { useRoute } from '../router/use-route.ts';
import { ScopeBar } from '../scope/scope-bar.tsx';
import { scopeOf } from '../scope/scope.ts';
import { Timeline } from './timeline.tsx';

const REASONS: Readonly<Record<DumpJson['reason'], string>> = {
  request: 'while it ran',
  fatal: '✕ fatal error',
  throw: '✕ the runtime gave up',
  panic: '✕ panic',
};

/** What goroutines did before a crash, or before the flight recorder was read. */
export function GoroutinesPage() {
  const { query } = useRoute();
  const scope = scopeOf(query);
  const { value, problem, retry } = useAnswer<DumpsAnswer>(
    dumpsPath({ service: scope.service, from: scope.from, to: scope.to }),
    { subject: 'dumps' },
  );
  const dumps = value?.items ?? [];
  // A link from a crash names the moment; the list's own first one is a crash too, if there is any.
  const shown = dumps.find(({ at, pid }) => at === query['at'] && String(pid) === query['pid']) ?? dumps[0];
  return (
    <>
      <ScopeBar page="goroutines" title="Goroutines" scope={scope} all />
      {problem !== undefined && <ProblemNote problem={problem} onRetry={retry} />}
      {value === undefined && problem === undefined && <Loading what="Goroutines" heights={[420, 160]} />}
      {value !== undefined && shown === undefined && <NoDumps service={scope.service} />}
      {shown !== undefined && (
        <>
          <DumpHead dump={shown} />
          <Timeline dump={shown} />
          <DumpList dumps={dumps} shown={shown} query={query} />
        </>
      )}
    </>
  );
}

function DumpHead({ dump: { service, pid, at, reason, note } }: { readonly dump: DumpJson }) {
  const isCrash = reason !== 'request';
  return (
    <p className="lead">
      {isCrash ? 'The last moments of' : 'Goroutines of'} <b>{service}</b>, process {pid},{' '}
      {isCrash ? 'before it crashed' : 'up to'} {isCrash ? `at ${dateTime(at)}` : dateTime(at)}.
      {note !== '' && <span className="dim"> {note}.</span>}
    </p>
  );
}

interface DumpListProps {
  readonly dumps: readonly DumpJson[];
  readonly shown: DumpJson;
  readonly query: QueryValues;
}

function DumpList({ dumps, shown, query: { service, from, to } }: DumpListProps) {
  return (
    <Panel title="When the flight recorder was read, crashes first">
      <DataTable
        label="Readings"
        heads={['At', 'Why', 'Service', '#Process', '#Goroutines', '#Changes of state', 'Platform']}
      >
        {dumps.map((dump) => (
          <Table.Tr
            key={`${dump.service} ${dump.pid} ${dump.at}`}
            className={dump === shown ? 'is-in-window' : undefined}
          >
            <Table.Td>
              <Link
                href={hrefOf('goroutines', { service, from, to, pid: String(dump.pid), at: dump.at })}
                current={dump === shown}
              >
                {dateTime(dump.at)}
              </Link>
            </Table.Td>
            <Table.Td className={dump.reason === 'request' ? 'dim' : 'text-hot'}>{REASONS[dump.reason]}</Table.Td>
            <Table.Td>{dump.service}</Table.Td>
            <Table.Td className="number">{dump.pid}</Table.Td>
            <Table.Td className="number">{count(dump.goroutines)}</Table.Td>
            <Table.Td className="number">{count(dump.changes)}</Table.Td>
            <Table.Td className="small" title={dump.platform}>
              {platformWords(dump.platform)}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Panel>
  );
}

function NoDumps({ service = 'NAME' }: { readonly service: string | undefined }) {
  return (
    <section className="teach" aria-label="No goroutines">
      <h2>The goroutine flight recorder was not read in this time</h2>
      <p className="dim">
        It keeps the last ten seconds of every goroutine's states in the kernel and is read when a process crashes. It
        runs where you ask for it:
      </p>
      <CopyCommand
        command={`npm run mapscope -- agent --target service=${service} --families lock,http,trace,client,fatal,gc,goroutine`}
      />
    </section>
  );
}
