/** Unix nanoseconds as ClickHouse reads a DateTime64(9, 'UTC') in JSON: 2026-11-20 10:03:00.000000000. */
export function formatClickhouseTime(unixNanos: bigint): string {
  const seconds = new Date(Number(unixNanos / 1_000_000_000n) * 1_000).toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}.${(unixNanos % 1_000_000_000n).toString().padStart(9, '0')}`;
}
