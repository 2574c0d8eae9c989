import { NativeSelect } from '@mantine/core';
import type { Incident, IncidentsAnswer, ServicesAnswer } from '@mapscope/contract';
import { incidentsPath, servicesPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { plural } from '../format/number.ts';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useNow } from '../parts/use-now.ts';
import { hrefOf } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';
import { IncidentCard } from './incident-card.tsx';
import { mergeIncidents } from './live-list.ts';
import { ServiceTable } from './service-table.tsx';
import { Teach } from './teach.tsx';
import { useIncidentStream } from './use-incident-stream.ts';

const POLL_MILLIS = 5000;
/** The stream tells what is new; the list is asked for beside it so that nothing stays that has gone. */
const POLL_BESIDE_STREAM_MILLIS = 30_000;
const SPANS = [
  { value: '15m', label: 'last 15 minutes', millis: 900_000 },
  { value: '1h', label: 'last hour', millis: 3_600_000 },
  { value: '6h', label: 'last 6 hours', millis: 21_600_000 },
  { value: '24h', label: 'last 24 hours', millis: 86_400_000 },
  { value: '7d', label: 'last 7 days', millis: 604_800_000 },
] as const;
type Span = (typeof SPANS)[number];
const DEFAULT_SPAN: Span = SPANS[1];
const CHOICES = SPANS.map(({ value, label }) => ({ value, label }));

export function IncidentsPage() {
  const { query } = useRoute();
  const span = SPANS.find(({ value }) => value === query['since']) ?? DEFAULT_SPAN;
  const since = span.value;
  const { told, isLive } = useIncidentStream();
  const pollMillis = isLive ? POLL_BESIDE_STREAM_MILLIS : POLL_MILLIS;
  const incidents = useAnswer<IncidentsAnswer>(incidentsPath(since), { pollMillis });
  const services = useAnswer<ServicesAnswer>(servicesPath(since), { pollMillis: POLL_MILLIS });
  const nowMs = useNow();
  const items = mergeIncidents(incidents.value?.items ?? [], told, nowMs - span.millis);
  const isNothingWatched = services.value?.items.length === 0 && incidents.value !== undefined && items.length === 0;
  return (
    <>
      <Head since={since} isLive={isLive} />
      {incidents.problem !== undefined && <ProblemNote problem={incidents.problem} onRetry={incidents.retry} />}
      {incidents.value === undefined && incidents.problem === undefined && (
        <Loading what="Incidents" heights={[96, 96, 96]} />
      )}
      {isNothingWatched ? (
        <Teach />
      ) : (
        incidents.value !== undefined && (
          <IncidentList answer={incidents.value} items={items} isLive={isLive} nowMs={nowMs} />
        )
      )}
      {services.value !== undefined && services.value.items.length > 0 && (
        <Panel title="Services">
          <ServiceTable services={services.value.items} nowMs={nowMs} />
        </Panel>
      )}
    </>
  );
}

function Head({ since, isLive }: { readonly since: string; readonly isLive: boolean }) {
  return (
    <div className="page-head">
      <h1>Incidents</h1>
      <span className="small dim" role="status">
        {isLive && (
          <>
            <span className="lamp lamp-live" aria-hidden="true" /> live
          </>
        )}
      </span>
      <SpanSelect since={since} />
    </div>
  );
}

const choose = (value: string): void =>
  navigate(hrefOf('incidents', { since: value === DEFAULT_SPAN.value ? undefined : value }), 'replace');

function SpanSelect({ since }: { readonly since: string }) {
  return (
    <NativeSelect
      aria-label="Time looked at"
      size="xs"
      data={CHOICES}
      value={since}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}

interface IncidentListProps {
  readonly answer: IncidentsAnswer;
  readonly items: readonly Incident[];
  readonly isLive: boolean;
  readonly nowMs: number;
}

function IncidentList({ answer, items, isLive, nowMs }: IncidentListProps) {
  const leftOut = answer.servicesLeftOut;
  return (
    <>
      {items.length === 0 && (
        <div className="note">
          <p>
            <strong>No jump of p99</strong> in {plural(answer.services, 'service')}.{' '}
            {isLive ? 'The next one appears here by itself.' : 'This page asks again every few seconds.'}
          </p>
        </div>
      )}
      <ol className="incidents" aria-live="polite">
        {items.map((incident) => (
          <IncidentCard key={incident.id} incident={incident} nowMs={nowMs} />
        ))}
      </ol>
      {leftOut > 0 && (
        <p className="dim">{plural(leftOut, 'more service')} were not looked at: too many for one answer.</p>
      )}
    </>
  );
}
