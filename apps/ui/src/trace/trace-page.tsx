import { TextInput } from '@mantine/core';
import type { TraceAnswer } from '@mapscope/contract';
import { useMemo, type FormEvent } from 'react';
import { tracePath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { duration } from '../format/duration.ts';
import { dateTime, unixMs } from '../format/instant.ts';
import { percent, plural } from '../format/number.ts';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';
import { layoutTrace, type TraceLayout } from './layout.ts';
import { TraceTable } from './trace-table.tsx';
import { Waterfall } from './waterfall.tsx';

export function TracePage() {
  const { query } = useRoute();
  const id = query['id'];
  const { value, problem, retry } = useAnswer<TraceAnswer>(id === undefined ? undefined : tracePath(id));
  if (id === undefined) return <TracePicker />;
  if (problem !== undefined) return <ProblemNote problem={problem} onRetry={retry} />;
  if (value === undefined) return <Loading what="Trace" heights={[100, 320]} />;
  return <Trace trace={value} />;
}

function openTrace(event: FormEvent<HTMLFormElement>): void {
  event.preventDefault();
  const id = new FormData(event.currentTarget).get('id');
  if (typeof id === 'string' && id.trim() !== '') navigate(hrefOf('trace', { id: id.trim() }));
}

function TracePicker() {
  return (
    <Panel title="Which trace?">
      <form onSubmit={openTrace}>
        <TextInput name="id" label="Trace id" description="32 hex digits; press Enter" className="mono" required />
      </form>
    </Panel>
  );
}

function Trace({ trace }: { readonly trace: TraceAnswer }) {
  const layout = useMemo(() => layoutTrace(trace), [trace]);
  return (
    <>
      <TraceHead trace={trace} layout={layout} />
      <ChartOrTable
        title="Requests and their waits"
        aside={<TraceKey />}
        chart={<Waterfall layout={layout} />}
        table={<TraceTable layout={layout} />}
      />
    </>
  );
}

/** The request that called all others, and what of it was waiting. */
function TraceHead({ trace, layout }: { readonly trace: TraceAnswer; readonly layout: TraceLayout }) {
  const root = layout.requests[0];
  return (
    <header className="verdict">
      <div className="verdict-meta">
        <span className="badge badge-faint mono">{trace.traceId}</span>
        <span className="dim">{layout.start !== '' && dateTime(layout.start)}</span>
      </div>
      {root === undefined ? (
        <h1>{plural(trace.waits.length, 'wait')} without a stored request</h1>
      ) : (
        <>
          <h1>
            <code>
              {root.request.method} {root.request.route}
            </code>{' '}
            took {duration(root.request.durationMs)}
            {root.waitedMs > 0 && `, ${duration(root.waitedMs)} of it waiting for locks`}
          </h1>
          <p className="lead">
            {root.request.service} on <span className="mono small">{root.request.platform}</span>
            {root.waitedMs > 0 && (
              <>; {percent(root.waitedMs / root.request.durationMs)} of the request was waiting</>
            )}.{' '}
            <Link href={aroundHref(root.request.service, root.request.start)}>
              Why was {root.request.service} slow then?
            </Link>
          </p>
        </>
      )}
    </header>
  );
}

const AROUND_MS = 60_000;

function aroundHref(service: string, start: string): string {
  const at = unixMs(start);
  const [from, to] = [at - AROUND_MS, at + AROUND_MS].map((ms) => new Date(ms).toISOString());
  return hrefOf('explain', { service, from, to });
}

function TraceKey() {
  return (
    <span className="readout">
      <span className="key key-request">request</span>
      <span className="key key-wait">waiting for a lock</span>
      <span className="key key-sched">ready, not yet running</span>
    </span>
  );
}
