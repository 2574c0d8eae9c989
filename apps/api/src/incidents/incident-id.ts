import { createHash } from 'node:crypto';
import type { Scope } from './series.ts';

/** The same wherever it is found: two processes that see the same spike write the same row. */
export function incidentId(kind: string, { service, route, platform }: Scope, startUnixNanos: bigint): string {
  const text = JSON.stringify([kind, service, route, platform, String(startUnixNanos)]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
