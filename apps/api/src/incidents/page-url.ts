/** The page that explains an incident, for links that outlive the moment they are made in. Pure. */
import { formatUnixNanos } from '@mapscope/contract';
import type { IncidentRecord } from '@mapscope/store';

type Asked = Pick<IncidentRecord, 'service' | 'kind' | 'startUnixNanos' | 'baselineFromUnixNanos'>;

/** `to=now`, as an open incident grows: of an id the address never changes. */
export function incidentPageUrl(incident: Asked, publicUrl: string): string {
  const start = formatUnixNanos(incident.startUnixNanos);
  const baseline = { baselineFrom: formatUnixNanos(incident.baselineFromUnixNanos), baselineTo: start };
  const question = incident.kind === 'crash' ? { from: baseline.baselineFrom } : { from: start, ...baseline };
  return `${publicUrl}/explain/?${new URLSearchParams({ service: incident.service, ...question, to: 'now' }).toString()}`;
}
