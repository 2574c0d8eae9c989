/** How things stand, as gauges, and the sums that agents keep for themselves. Pure. */
import type { AgentStatus, PipelineCount, StoredIncident } from '@mapscope/store';
import { incidentPageUrl } from '../../incidents/page-url.ts';
import type { Family, Labels, Sample } from '../exposition/family.ts';
import type { Ratio, Snapshot } from '../snapshot.ts';

const NANOS = 1e9;

export function snapshotFamilies(snapshot: Snapshot | undefined, publicUrl: string): readonly Family[] {
  const up = gauge('mapscope_store_up', '1 if ClickHouse answered the last refresh', [
    { labels: {}, value: snapshot === undefined ? 0 : 1 },
  ]);
  const leftOut = gauge('mapscope_metrics_services_left_out', 'Services beyond the bound of this page', [
    { labels: {}, value: snapshot?.servicesLeftOut ?? 0 },
  ]);
  if (snapshot === undefined) return [up, leftOut];
  const { ratios, counts, agents, incidents, writerLag } = snapshot;
  return [
    up,
    leftOut,
    gauge('go_runtime_lock_contention_ratio', 'Lock wait over request wall time, last 5 minutes', ratios.map(ratioOf)),
    gauge(
      'mapscope_incident_open',
      '1 for each incident that is not over, with the page that explains it',
      incidents.map((incident) => openIncident(incident, publicUrl)),
    ),
    ...pipelineFamilies(counts),
    ...probeFamilies(agents),
    gauge(
      'mapscope_writer_lag_messages',
      'Messages in Kafka that no writer has stored yet',
      writerLag === undefined ? [] : [{ labels: {}, value: writerLag }],
    ),
  ];
}

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  help,
  type: 'gauge',
  samples,
});

const ratioOf = ({ service, platform, ratio }: Ratio): Sample => ({
  labels: { service_name: service, platform },
  value: ratio,
});

function openIncident(incident: StoredIncident, publicUrl: string): Sample {
  const { id, service, kind, verdict } = incident;
  const url = incidentPageUrl(incident, publicUrl);
  return { labels: { service_name: service, incident_id: id, kind, verdict, url }, value: 1 };
}

function pipelineFamilies(counts: readonly PipelineCount[]): readonly Family[] {
  const counter = (name: string, help: string, of: (count: PipelineCount) => number): Family => ({
    name,
    help,
    type: 'counter',
    samples: summed(counts, (count) => ({ service_name: count.service, kind: count.kind }), of),
  });
  return [
    counter('mapscope_ring_submitted', 'Events written to the ring buffers', (count) => count.ringSubmitted),
    counter('mapscope_ring_lost', 'Events the ring buffers had no room for', (count) => count.ringLost),
    counter('mapscope_events_published', 'Events acknowledged by Kafka', (count) => count.published),
    counter('mapscope_events_inserted', 'Events stored in ClickHouse', (count) => count.inserted),
  ];
}

const agentLabels = ({ service, family }: AgentStatus): Labels => ({ service_name: service, kind: family });

function probeFamilies(agents: readonly AgentStatus[]): readonly Family[] {
  const attached = agents.filter(({ state, final }) => state === 'attached' && !final);
  return [
    gauge(
      'mapscope_probes_attached',
      'Probes that are in a service now',
      summed(attached, agentLabels, (agent) => agent.probes),
    ),
    gauge(
      'mapscope_probe_attach_seconds',
      'How long attaching took, the sum over the targets of a service',
      summed(attached, agentLabels, (agent) => agent.attachNanos / NANOS),
    ),
    gauge(
      'mapscope_probe_off_seconds',
      'How long probes were off because of what they cost',
      summed(agents, agentLabels, (agent) => (agent.shed?.offNanos ?? 0) / NANOS),
    ),
  ];
}

/** One sample for each set of labels. */
function summed<Row>(rows: readonly Row[], labels: (row: Row) => Labels, of: (row: Row) => number): readonly Sample[] {
  const sums = new Map<string, { labels: Labels; value: number }>();
  for (const row of rows) {
    const own = labels(row);
    const key = JSON.stringify(own);
    const found = sums.get(key) ?? { labels: own, value: 0 };
    sums.set(key, { ...found, value: found.value + of(row) });
  }
  return [...sums.values()];
}
