/**
 * A service that nobody ran: rows as its agent would have sent them, put into the engine by statements. Ten minutes of quiet,
 * then three in which every fifth request waits 300 ms for a call. Regular, so that the answer can be told by hand.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { BINDINGS, REQUEST_ENDS, TRACE_SOURCES } from '@mapscope/events';

export interface Planted {
  readonly service: string;
  readonly host: string;
  /** of the slow three minutes, unix ms */
  readonly from: number;
  readonly to: number;
  readonly baselineFrom: number;
}

const MINUTE_MILLIS = 60_000;
const QUIET_MILLIS = 10 * MINUTE_MILLIS;
const SLOW_MILLIS = 3 * MINUTE_MILLIS;
const EVERY_MILLIS = 50;
const DATABASE = 'mapscope';

const HOST = 'payment:8443';
const PLATFORM = 'arch=amd64;cpu=AuthenticAMD;level=x86-64-v3;go=1.24.4;kernel=6.18';

/** Ends a minute ago on a full second: rows of the future would be nobody's. */
export async function plantSlowCalls(clickhouseUrl: string, nowMillis: number): Promise<Planted> {
  const to = Math.floor(nowMillis / 1000) * 1000 - MINUTE_MILLIS;
  const from = to - SLOW_MILLIS;
  const baselineFrom = from - QUIET_MILLIS;
  const planted = { service: `planted-${to}`, host: HOST, from, to, baselineFrom };
  await run(clickhouseUrl, requestsOf(planted));
  await run(clickhouseUrl, callsOf(planted));
  return planted;
}

/** Number, begin and trace of each request, and whether it is one of the slow ones. */
const rows = ({ baselineFrom, from, to }: Planted): string => `
  SELECT number, ${baselineFrom} + number * ${EVERY_MILLIS} AS at, at >= ${from} AND number % 5 = 0 AS slow,
    unhex(leftPad(hex(number + 1), 32, '0')) AS trace, toUInt64(8e6 + (number % 11) * 5e5) AS usual, toUInt64(3e8 + (number % 7) * 1e6) AS call
  FROM numbers(${(to - baselineFrom) / EVERY_MILLIS})`;

const ts = (millis: string): string => `fromUnixTimestamp64Nano(toInt64((${millis}) * 1000000), 'UTC')`;

const requestsOf = (planted: Planted): string => `INSERT INTO ${DATABASE}.http_requests
  (ts, service, platform, method, route, duration_ns, trace_id, span_id, trace_source, end, pid, goid)
SELECT ${ts('at')}, '${planted.service}', '${PLATFORM}', 'GET', '/checkout', usual + if(slow, call, 0), trace,
  unhex('00f067aa0ba902b7'), ${TRACE_SOURCES.traceparent}, ${REQUEST_ENDS.finished}, 4711, 7
FROM (${rows(planted)})`;

const callsOf = (planted: Planted): string => `INSERT INTO ${DATABASE}.client_requests
  (ts, service, platform, method, host, status, error, duration_ns, trace_id, span_id, binding, pid, goid)
SELECT ${ts('at + 2')}, '${planted.service}', '${PLATFORM}', 'POST', '${HOST}', 200, 0, call, trace,
  unhex('00f067aa0ba902b7'), ${BINDINGS.exact}, 4711, 7
FROM (${rows(planted)}) WHERE slow`;

/** The engine may be asked to wait its turn while the demo's rows come in. */
const ATTEMPTS = 5;

async function run(clickhouseUrl: string, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(clickhouseUrl, { method: 'POST', body: statement });
    const said = await response.text();
    if (response.ok) return;
    if (attempt === ATTEMPTS) throw new Error(`planting failed with ${response.status}: ${said.slice(0, 500)}`);
    await sleep(500);
  }
}
