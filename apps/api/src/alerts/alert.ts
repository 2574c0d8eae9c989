/** What is told of an incident, and when. Pure. */
import type { StoredIncident } from '@mapscope/store';
import { incidentPageUrl } from '../incidents/page-url.ts';

/** Told once each: that it began, why (as soon as there is a verdict), that it is over. */
export const STAGES = ['opened', 'explained', 'resolved'] as const;
export type Stage = (typeof STAGES)[number];

export interface Alert {
  readonly incident: string;
  readonly stage: Stage;
  readonly service: string;
  readonly kind: StoredIncident['kind'];
  /** empty: none is told yet */
  readonly verdict: string;
  readonly summary: string;
  readonly link: string;
  readonly startUnixNanos: bigint;
  /** undefined: it goes on */
  readonly endUnixNanos: bigint | undefined;
}

/** The next stage that a sink which was told these has to be told; a crash is over when it happens. */
export function dueStage(incident: StoredIncident, told: ReadonlySet<Stage>): Stage | undefined {
  if (incident.state === 'merged') return undefined;
  if (incident.kind === 'crash') return told.has('opened') ? undefined : 'opened';
  if (incident.state === 'resolved') return told.has('resolved') ? undefined : 'resolved';
  if (!told.has('opened')) return 'opened';
  return incident.sentence !== '' && !told.has('explained') ? 'explained' : undefined;
}

export function alertOf(incident: StoredIncident, stage: Stage, publicUrl: string): Alert {
  const { id, service, kind, verdict, startUnixNanos, endUnixNanos } = incident;
  const link = incidentPageUrl(incident, publicUrl);
  const end = stage === 'resolved' || kind === 'crash' ? endUnixNanos : undefined;
  const summary = summaryOf(incident);
  return { incident: id, stage, service, kind, verdict, summary, link, startUnixNanos, endUnixNanos: end };
}

function summaryOf({ kind, service, sentence, message, baselineP99Nanos, peakP99Nanos }: StoredIncident): string {
  if (kind === 'crash') return `${service} crashed: ${message === '' ? 'the runtime said nothing' : message}`;
  if (sentence !== '') return sentence;
  return `p99 of ${service} rose from ${millis(baselineP99Nanos)} to ${millis(peakP99Nanos)}; the cause is being looked for`;
}

const millis = (nanos: number): string => `${Math.round(nanos / 1e6)} ms`;
