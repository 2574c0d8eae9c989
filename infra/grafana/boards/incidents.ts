/** What happened and why: incidents with their verdict, crashes, conflicts. */
import { MAP_EVENT_KINDS, PROBE_EVENT_KINDS } from '@mapscope/events';
import type { Dashboard } from '../dashboard.ts';
import { CHOSEN, wordOf } from '../sql.ts';

const LABELS = 'service_name=~"$service"';

export const incidents: Dashboard = {
  uid: 'mapscope-incidents',
  title: 'Mapscope / Incidents',
  description: 'Each incident with its root cause in a sentence, and crashes and map conflicts with their lines.',
  panels: [
    {
      title: 'Open now',
      description: 'With the page that explains it (url)',
      look: 'table',
      unit: 'short',
      width: 24,
      queries: [{ promql: `mapscope_incident_open{${LABELS}}`, legend: '{{url}}' }],
    },
    {
      title: 'Error budget burn',
      description: 'Part of bad requests over an hour; needs the recording rules of infra/prometheus',
      look: 'timeseries',
      unit: 'percentunit',
      width: 12,
      queries: [{ promql: `service:slo_bad:ratio_1h{${LABELS}}`, legend: '{{service_name}}' }],
    },
    {
      title: 'Longest request',
      description: 'By service, from ten-second roll-ups',
      look: 'timeseries',
      unit: 'ns',
      width: 12,
      queries: [
        {
          sql: `SELECT $__timeInterval(ts) AS time, service, max(max_ns) AS longest
FROM latency_10s WHERE $__timeFilter(ts) AND ${CHOSEN} GROUP BY time, service ORDER BY time`,
        },
      ],
    },
    {
      title: 'Incidents',
      description: 'Those that were open in the range of time; before and peak: p99',
      look: 'table',
      unit: 'short',
      width: 24,
      columns: { before: 'ns', peak: 'ns' },
      queries: [
        {
          sql: `SELECT started_at AS time, service, kind, state, verdict, confidence, sentence,
  baseline_p99_ns AS before, peak_p99_ns AS peak, requests, id
FROM incidents FINAL
WHERE started_at <= $__toTime AND fromUnixTimestamp64Nano(end_ns) >= $__fromTime AND ${CHOSEN}
ORDER BY time DESC LIMIT 100`,
        },
      ],
    },
    {
      title: 'Crashes',
      description: 'Fatal errors, throws and panics with their message',
      look: 'table',
      unit: 'short',
      width: 12,
      queries: [
        {
          sql: `SELECT ts AS time, service, ${wordOf('kind', PROBE_EVENT_KINDS)} AS what, message, pid,
  lower(hex(trace_id)) AS trace
FROM probe_events WHERE $__timeFilter(ts) AND ${CHOSEN} ORDER BY ts DESC LIMIT 100`,
        },
      ],
    },
    {
      title: 'Map conflicts',
      description: 'Two goroutines in one map at a time, with both lines',
      look: 'table',
      unit: 'short',
      width: 12,
      queries: [
        {
          sql: `SELECT ts AS time, service, concat(function, ' ', file, ':', toString(line)) AS one,
  concat(other_function, ' ', other_file, ':', toString(other_line)) AS other, map_type, count
FROM map_events WHERE $__timeFilter(ts) AND ${CHOSEN} AND kind = ${MAP_EVENT_KINDS.conflict} ORDER BY ts DESC LIMIT 100`,
        },
      ],
    },
  ],
};
