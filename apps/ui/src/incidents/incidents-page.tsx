import { NativeSelect } from '@mantine/core';
import type { IncidentsAnswer, ServicesAnswer } from '@mapscope/contract';
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
import { ServiceTable } from './service-table.tsx';
import { Teach } from './teach.tsx';

const POLL_MILLIS = 5000;
const SPANS = [
  { value: '15m', label: 'last 15 minutes' },
  { value: '1h', label: 'last hour' },
  { value: '6h', label: 'last 6 hours' },
  { value: '24h', label: 'last 24 hours' },
  { value: '7d', label: 'last 7 days' },
];
const DEFAULT_SPAN = '1h';

export function IncidentsPage() {
  const { query } = useRoute();
  const since = SPANS.find(({ value }) => value === query['since'])?.value ?? DEFAULT_SPAN;
  const incidents = useAnswer<IncidentsAnswer>(incidentsPath(since), { pollMillis: POLL_MILLIS });
  const services = useAnswer<ServicesAnswer>(servicesPath(since), { pollMillis: POLL_MILLIS });
  const nowMs = useNow();
  const isNothingWatched = services.value?.items.length === 0 && incidents.value?.items.length === 0;
  return (
    <>
      <div className="page-head">
        <h1>Incidents</h1>
        <SpanSelect since={since} />
      </div>
      {incidents.problem !== undefined && <ProblemNote problem={incidents.problem} onRetry={incidents.retry} />}
      {incidents.value === undefined && incidents.problem === undefined && (
        <Loading what="Incidents" heights={[96, 96, 96]} />
      )}
      {isNothingWatched ? (
        <Teach />
      ) : (
        incidents.value !== undefined && <IncidentList answer={incidents.value} nowMs={nowMs} />
      )}
      {services.value !== undefined && services.value.items.length > 0 && (
        <Panel title="Services">
          <ServiceTable services={services.value.items} nowMs={nowMs} />
        </Panel>
      )}
    </>
  );
}

const choose = (value: string): void =>
  navigate(hrefOf('incidents', { since: value === DEFAULT_SPAN ? undefined : value }), 'replace');

function SpanSelect({ since }: { readonly since: string }) {
  return (
    <NativeSelect
      aria-label="Time looked at"
      size="xs"
      data={SPANS}
      value={since}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}

function IncidentList({ answer, nowMs }: { readonly answer: IncidentsAnswer; readonly nowMs: number }) {
  const leftOut = answer.servicesLeftOut;
  return (
    <>
      {answer.items.length === 0 && (
        <div className="note">
          <p>
            <strong>No jump of p99</strong> in {plural(answer.services, 'service')}. This page asks again every few
            seconds.
          </p>
        </div>
      )}
      <ol className="incidents" aria-live="polite">
        {answer.items.map((incident) => (
          <IncidentCard key={incident.id} incident={incident} nowMs={nowMs} />
        ))}
      </ol>
      {leftOut > 0 && (
        <p className="dim">{plural(leftOut, 'more service')} were not looked at: too many for one answer.</p>
      )}
    </>
  );
}
