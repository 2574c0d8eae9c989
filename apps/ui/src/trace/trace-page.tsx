import { TextInput } from '@mantine/core';
import type { TraceAnswer } from '@mapscope/contract';
import { useMemo, type FormEvent } from 'react';
import { tracePath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { duration } from '../format/duration.ts';
import { dateTime, unixMs } from '../format/instant.ts';
import { percent, plural } from '../format/number.ts';
import { platformWords } from '../format/platform.ts';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';
import { layoutTrace, type TraceBar, type TraceLayout } from './layout.ts';
import { TraceTable } from './trace-table.tsx';
import { useStates } from './use-states.ts';
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

interface TraceProps {
  readonly trace: TraceAnswer;
  readonly layout: TraceLayout;
}

function Trace({ trace }: Pick<TraceProps, 'trace'>) {
  const layout = useMemo(() => layoutTrace(trace), [trace]);
  const states = useStates(layout);
  return (
    <>
      <TraceHead trace={trace} layout={layout} />
      <ChartOrTable
        title="Requests, spans and lock waits"
        aside={<TraceKey trace={trace} hasStates={states.size > 0} />}
        chart={<Waterfall layout={layout} states={states} traceId={trace.traceId} />}
        table={<TraceTable layout={layout} />}
      />
    </>
  );
}

/** What the page is about: the first request that a probe saw, else the span above all others. */
function TraceHead({ trace, layout }: TraceProps) {
  const root = layout.bars.find(({ node }) => node.kind === 'request') ?? layout.bars[0];
  return (
    <header className="verdict">
      <div className="verdict-meta">
        <span className="badge badge-faint mono">{trace.traceId}</span>
        <span className="dim">{layout.start !== '' && dateTime(layout.start)}</span>
      </div>
      {root === undefined ? (
        <h1>{plural(trace.waits.length, 'wait')} without a stored request</h1>
      ) : (
        <Lead bar={root} />
      )}
    </header>
  );
}

function Lead({ bar: { node, waitedMs } }: { readonly bar: TraceBar }) {
  const isProbed = node.kind === 'request';
  return (
    <>
      <h1>
        <code>{isProbed ? `${node.request.method} ${node.request.route}` : node.span.name}</code> took{' '}
        {duration(node.lengthMs)}
        {waitedMs > 0 && `, ${duration(waitedMs)} of it waiting for locks`}
      </h1>
      <p className="lead">
        {isProbed ? (
          <>
            {node.service} on <span title={node.request.platform}>{platformWords(node.request.platform)}</span>
            {waitedMs > 0 && <>; {percent(waitedMs / node.lengthMs)} of the request was waiting</>}.{' '}
            <Link href={aroundHref(node.service, node.request.start)}>Why was {node.service} slow then?</Link>
          </>
        ) : (
          <>Told by the SDK of {node.service}. No probe watched, so lock waits are not known.</>
        )}
      </p>
    </>
  );
}

const AROUND_MS = 60_000;

function aroundHref(service: string, start: string): string {
  const at = unixMs(start);
  const [from, to] = [at - AROUND_MS, at + AROUND_MS].map((ms) => new Date(ms).toISOString());
  return hrefOf('explain', { service, from, to });
}

/** Of what is on the picture only. */
function TraceKey({
  trace: { requests, spans, waits },
  hasStates,
}: Pick<TraceProps, 'trace'> & { readonly hasStates: boolean }) {
  return (
    <span className="readout">
      {requests.length > 0 && <span className="key key-request">request, seen by a probe</span>}
      {spans.length > 0 && <span className="key key-span">span of an SDK</span>}
      {waits.length > 0 && (
        <>
          <span className="key key-wait">waiting for a lock</span>
          <span className="key key-sched">ready, not yet running</span>
        </>
      )}
      {hasStates && <span className="key key-states">what its goroutine did</span>}
    </span>
  );
}
