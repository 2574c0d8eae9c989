/** Whether Mapscope itself is well: probes, ring buffers, Kafka, ClickHouse. */
import type { Dashboard } from '../dashboard.ts';
import type { PromQuery } from '../panel.ts';
import { CHOSEN } from '../sql.ts';

const LABELS = 'service_name=~"$service"';

const rateOf = (step: string): PromQuery => ({
  promql: `sum(rate(mapscope_${step}_total{${LABELS}}[$__rate_interval]))`,
  legend: step,
});

export const pipeline: Dashboard = {
  uid: 'mapscope-pipeline',
  title: 'Mapscope / Probes and pipeline',
  description: 'Which probes are in, what they cost, and whether every event they saw arrived.',
  panels: [
    {
      title: 'Store',
      description: '1: ClickHouse answered the last refresh of the metrics',
      look: 'stat',
      unit: 'short',
      width: 6,
      queries: [{ promql: 'min(mapscope_store_up)', legend: 'up' }],
    },
    {
      title: 'Probes',
      description: 'Probes that are in services now',
      look: 'stat',
      unit: 'short',
      width: 6,
      queries: [{ promql: `sum(mapscope_probes_attached{${LABELS}})`, legend: 'probes' }],
    },
    {
      title: 'Probes off because of their cost',
      description: 'Time that nobody watched since the agents started: the overhead budget shed the probes',
      look: 'stat',
      unit: 's',
      width: 6,
      queries: [{ promql: `sum(mapscope_probe_off_seconds{${LABELS}})`, legend: 'off' }],
    },
    {
      title: 'Services left out',
      description: 'Services beyond the bound of the page of metrics',
      look: 'stat',
      unit: 'short',
      width: 6,
      queries: [{ promql: 'max(mapscope_metrics_services_left_out)', legend: 'left out' }],
    },
    {
      title: 'Events through the pipeline',
      description:
        'Kernel ring buffer, Kafka, ClickHouse: three lines that lie on each other when nothing is lost or late',
      look: 'timeseries',
      unit: 'cps',
      width: 12,
      queries: [rateOf('ring_submitted'), rateOf('events_published'), rateOf('events_inserted')],
    },
    {
      title: 'Loss in the ring buffers',
      description: 'Part of events that the kernel had no room for',
      look: 'timeseries',
      unit: 'percentunit',
      width: 12,
      queries: [{ promql: `mapscope:ring_lost:ratio_5m{${LABELS}}`, legend: '{{service_name}}' }],
    },
    {
      title: 'Writer lag',
      description: 'Messages in Kafka that no writer has stored yet',
      look: 'timeseries',
      unit: 'short',
      width: 12,
      queries: [{ promql: 'mapscope_writer_lag_messages', legend: 'messages' }],
    },
    {
      title: 'API latency p99',
      description: 'Of the api itself, by route',
      look: 'timeseries',
      unit: 's',
      width: 12,
      queries: [
        {
          promql:
            'histogram_quantile(0.99, sum by (http_route, le) (rate(mapscope_api_request_duration_seconds_bucket[$__rate_interval])))',
          legend: '{{http_route}}',
        },
      ],
    },
    {
      title: 'Rows stored',
      description: 'By kind of batch, from the ledger of batches',
      look: 'table',
      unit: 'short',
      width: 12,
      queries: [
        {
          sql: `SELECT kind, count() AS batches, sum(rows) AS stored, max(inserted_at) AS last
FROM batches WHERE $__timeFilter(inserted_at) GROUP BY kind ORDER BY stored DESC`,
        },
      ],
    },
    {
      title: 'Agents',
      description: 'The last word of each agent on each family of probes',
      look: 'table',
      unit: 'short',
      width: 12,
      columns: { attach: 'ns', off: 'ns' },
      queries: [
        {
          sql: `SELECT service, agent, family, argMax(state, ts) AS now, argMax(probes, ts) AS attached,
  argMax(attach_ns, ts) AS attach, argMax(ring_lost, ts) AS lost, argMax(shed_ns, ts) AS off, max(ts) AS last
FROM agent_status WHERE $__timeFilter(ts) AND ${CHOSEN}
GROUP BY service, agent, family ORDER BY service, agent, family LIMIT 200`,
        },
      ],
    },
  ],
};
