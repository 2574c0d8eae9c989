/** How the watched services do: requests, the objective, waiting for locks, what broke. */
import type { Dashboard } from '../dashboard.ts';

const CHOSEN = 'service_name=~"$service"';

export const overview: Dashboard = {
  uid: 'mapscope-overview',
  title: 'Mapscope / Overview',
  description: 'Latency of the watched Go services, what of it is waiting for locks, and what broke.',
  panels: [
    {
      title: 'Services watched',
      description: 'Services with probes in them now',
      look: 'stat',
      unit: 'short',
      width: 6,
      queries: [{ promql: `count(count by (service_name) (mapscope_probes_attached{${CHOSEN}}))`, legend: 'services' }],
    },
    {
      title: 'Open incidents',
      description: 'Latency jumps, crashes and conflicts that are not over; no incident counts as 0',
      look: 'stat',
      unit: 'short',
      width: 6,
      queries: [{ promql: `count(mapscope_incident_open{${CHOSEN}}) or vector(0)`, legend: 'open' }],
    },
    {
      title: 'Bad requests, last hour',
      description:
        'Part of requests that missed the objective (--slo-ms); needs the recording rules of infra/prometheus',
      look: 'stat',
      unit: 'percentunit',
      width: 6,
      queries: [{ promql: `max(service:slo_bad:ratio_1h{${CHOSEN}})`, legend: 'worst service' }],
    },
    {
      title: 'Objective',
      description: 'A request that takes longer is bad',
      look: 'stat',
      unit: 's',
      width: 6,
      queries: [{ promql: 'max(mapscope_slo_latency_seconds)', legend: 'objective' }],
    },
    {
      title: 'p99 latency by service and platform',
      description: 'Of the requests that the probes saw, from histogram buckets',
      look: 'timeseries',
      unit: 's',
      width: 12,
      queries: [
        {
          promql: `histogram_quantile(0.99, sum by (service_name, platform, le) (rate(http_server_request_duration_seconds_bucket{${CHOSEN}}[$__rate_interval])))`,
          legend: '{{service_name}} {{platform}}',
        },
      ],
    },
    {
      title: 'Requests per second',
      description: 'By service and route',
      look: 'timeseries',
      unit: 'reqps',
      width: 12,
      queries: [
        {
          promql: `sum by (service_name, http_route) (rate(http_server_request_duration_seconds_count{${CHOSEN}}[$__rate_interval]))`,
          legend: '{{service_name}} {{http_route}}',
        },
      ],
    },
    {
      title: 'Lock wait over request time',
      description: 'Part of the wall time of requests that went into waiting for locks, last 5 minutes',
      look: 'timeseries',
      unit: 'percentunit',
      width: 12,
      queries: [{ promql: `go_runtime_lock_contention_ratio{${CHOSEN}}`, legend: '{{service_name}} {{platform}}' }],
    },
    {
      title: 'Crashes and map conflicts',
      description: 'Fatal errors, throws, panics, and two goroutines in one map at a time, over the range of time',
      look: 'timeseries',
      unit: 'short',
      width: 12,
      queries: [
        {
          promql: `sum by (service_name, kind) (increase(go_crashes_total{${CHOSEN}}[$__rate_interval]))`,
          legend: '{{service_name}} {{kind}}',
        },
        {
          promql: `sum by (service_name) (increase(go_map_conflicts_total{${CHOSEN}}[$__rate_interval]))`,
          legend: '{{service_name}} map conflict',
        },
      ],
    },
  ],
};
