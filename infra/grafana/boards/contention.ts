/** Where it is waited, by line and platform: who asked for the lock, who held it. */
import type { Dashboard } from '../dashboard.ts';
import { CHOSEN, HOLDER, LOCK_KIND, WAITER } from '../sql.ts';

const LABELS = 'service_name=~"$service"';

export const contention: Dashboard = {
  uid: 'mapscope-contention',
  title: 'Mapscope / Contention by site and platform',
  description: 'Which line waits for a lock, which line held it, and on which CPU architecture it happens.',
  panels: [
    {
      title: 'Wait by site',
      description:
        'Seconds waited per second by the line that asked for the lock; 1 is one goroutine waiting all the time',
      look: 'timeseries',
      unit: 'short',
      width: 12,
      queries: [
        {
          promql: `topk(10, sum by (code_function_name, code_file_path, code_line_number) (rate(go_sync_lock_wait_seconds_total{${LABELS}}[$__rate_interval])))`,
          legend: '{{code_function_name}} {{code_file_path}}:{{code_line_number}}',
        },
      ],
    },
    {
      title: 'Contentions per second by platform',
      description: 'How often a goroutine had to wait',
      look: 'timeseries',
      unit: 'cps',
      width: 12,
      queries: [
        {
          promql: `sum by (service_name, platform) (rate(go_sync_lock_contentions_total{${LABELS}}[$__rate_interval]))`,
          legend: '{{service_name}} {{platform}}',
        },
      ],
    },
    {
      title: 'p99 wait by lock kind',
      description: 'From queued to made ready, without the scheduler',
      look: 'timeseries',
      unit: 's',
      width: 12,
      queries: [
        {
          promql: `histogram_quantile(0.99, sum by (service_name, kind, le) (rate(go_mutex_wait_duration_seconds_bucket{${LABELS}}[$__rate_interval])))`,
          legend: '{{service_name}} {{kind}}',
        },
      ],
    },
    {
      title: 'Lock wait and scheduler',
      description: 'Waiting for the lock beside waiting for a processor after it, from ten-second roll-ups',
      look: 'timeseries',
      unit: 'ns',
      width: 12,
      queries: [
        {
          sql: `SELECT $__timeInterval(ts) AS time, sum(wait_ns) AS lock, sum(sched_ns) AS scheduler
FROM contention_10s WHERE $__timeFilter(ts) AND ${CHOSEN} GROUP BY time ORDER BY time`,
        },
      ],
    },
    {
      title: 'Who waited, who held',
      description: 'Pairs of lines with the most waiting; holder: the line that let go of the lock',
      look: 'table',
      unit: 'short',
      width: 24,
      columns: { wait: 'ns', longest: 'ns' },
      queries: [
        {
          sql: `SELECT service, ${LOCK_KIND} AS lock, ${WAITER} AS waiter, ${HOLDER} AS holder,
  sum(waits) AS contentions, sum(wait_ns) AS wait, max(max_wait_ns) AS longest, uniqCombinedMerge(12)(locks) AS instances
FROM contention_10s WHERE $__timeFilter(ts) AND ${CHOSEN}
GROUP BY service, lock, waiter, holder ORDER BY wait DESC LIMIT 50`,
        },
      ],
    },
    {
      title: 'By platform',
      description: 'Architecture, CPU, level, Go and kernel version: does the same line wait longer elsewhere?',
      look: 'table',
      unit: 'short',
      width: 24,
      columns: { wait: 'ns', longest: 'ns' },
      queries: [
        {
          sql: `SELECT service, platform, ${WAITER} AS waiter, sum(waits) AS contentions, sum(wait_ns) AS wait,
  max(max_wait_ns) AS longest
FROM contention_10s WHERE $__timeFilter(ts) AND ${CHOSEN}
GROUP BY service, platform, waiter ORDER BY wait DESC LIMIT 50`,
        },
      ],
    },
    {
      title: 'Slowest waits with their traces',
      description: 'trace opens in the Jaeger data source; holder_trace: the request that held the lock',
      look: 'table',
      unit: 'short',
      width: 24,
      columns: { wait: 'ns', scheduler: 'ns' },
      queries: [
        {
          sql: `SELECT ts AS time, service, ${WAITER} AS waiter, wait_ns AS wait, sched_ns AS scheduler,
  lower(hex(trace_id)) AS trace, lower(hex(holder_trace_id)) AS holder_trace
FROM lock_waits WHERE $__timeFilter(ts) AND ${CHOSEN} ORDER BY wait_ns DESC LIMIT 50`,
        },
      ],
    },
    {
      title: 'sync.Map operations and misses',
      description: 'Misses go to the locked half of the map (until Go 1.23)',
      look: 'timeseries',
      unit: 'cps',
      width: 24,
      queries: [
        {
          promql: `sum by (service_name, op) (rate(syncmap_ops_total{${LABELS}}[$__rate_interval]))`,
          legend: '{{service_name}} {{op}}',
        },
      ],
    },
  ],
};
