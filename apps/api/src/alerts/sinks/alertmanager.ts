/**
 * Alertmanager's API v2, POST /api/v2/alerts (prometheus/alertmanager, api/v2/openapi.yaml): labels are an alert's
 * identity; without endsAt it ends resolve_timeout (5 min) after it was last heard of, so open ones are sent each minute.
 */
import { formatUnixNanos } from '@mapscope/contract';
import type { Alert } from '../alert.ts';
import { post } from './post.ts';
import type { AlertSink } from './sink.ts';

const REPEAT_MILLIS = 60_000;

export const alertmanagerSink = (url: string): AlertSink => ({
  name: 'alertmanager',
  repeatMillis: REPEAT_MILLIS,
  send: (alert) => post(`${url.replace(/\/+$/, '')}/api/v2/alerts`, JSON.stringify([postable(alert)])),
});

export const postable = ({ incident, service, kind, verdict, summary, link, startUnixNanos, endUnixNanos }: Alert) => ({
  labels: { alertname: 'MapscopeIncident', severity: 'page', service_name: service, incident_id: incident, kind },
  annotations: { summary, link, ...(verdict === '' ? {} : { verdict }) },
  startsAt: formatUnixNanos(startUnixNanos),
  ...(endUnixNanos === undefined ? {} : { endsAt: formatUnixNanos(endUnixNanos) }),
  generatorURL: link,
});
