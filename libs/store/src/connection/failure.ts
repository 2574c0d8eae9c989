/**
 * What went wrong between us and ClickHouse, as one of two codes: CLICKHOUSE_UNREACHABLE passes by itself (no answer, or
 * "too busy just now"), CLICKHOUSE_REFUSED does not. The server's number stands in facts.clickhouseCode.
 */
import { ClickHouseError } from '@clickhouse/client';
import { MapscopeError } from '@mapscope/events';

/** src/Common/ErrorCodes.cpp: the same request may succeed later. */
const PASSING_CODES: ReadonlyMap<number, string> = new Map([
  [202, 'too many queries at once'],
  [209, 'a network timeout inside the cluster'],
  [210, 'a network error inside the cluster'],
  [225, 'no Keeper'],
  [241, 'out of memory'],
  [242, 'the table is read-only just now'],
  [243, 'the disk is full: free some space'],
  [252, 'too many parts: merges are behind'],
  [285, 'too few replicas alive'],
  [319, 'the insert may or may not have happened; the token makes trying again safe'],
  [999, 'Keeper trouble'],
]);

const MENDS: ReadonlyMap<number, string> = new Map([
  [60, 'the table is not there: run the migrations (they run when the writer starts)'],
  [81, 'the database is not there: run the migrations (they run when the writer starts)'],
  [158, 'ask for a shorter window'],
  [159, 'ask for a shorter window'],
  [194, 'give CLICKHOUSE_PASSWORD'],
  [396, 'ask for a shorter window or one route'],
  [497, 'grant this user the right named above'],
  [516, 'check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD'],
]);

export function toFailure(error: unknown, doing: string, url: string): MapscopeError {
  if (error instanceof MapscopeError) return error;
  const message = error instanceof Error ? error.message.trim() : String(error);
  if (error instanceof ClickHouseError) return serverFailure(error, message, doing, url);
  if (isNetworkFailure(error)) {
    return new MapscopeError(
      'CLICKHOUSE_UNREACHABLE',
      `ClickHouse at ${url} does not answer (${doing}: ${reasonOf(error, message)}): start it, or correct CLICKHOUSE_URL`,
      { facts: { url, doing }, cause: error },
    );
  }
  return new MapscopeError(
    'CLICKHOUSE_REFUSED',
    `What answers at ${url} is not ClickHouse's HTTP interface (${doing}: ${message.slice(0, 200)}): correct CLICKHOUSE_URL, its usual port is 8123`,
    { facts: { url, doing }, cause: error },
  );
}

function serverFailure(error: ClickHouseError, message: string, doing: string, url: string): MapscopeError {
  const clickhouseCode = Number(error.code);
  const facts = { url, doing, clickhouseCode, clickhouseType: error.type ?? '' };
  const passing = PASSING_CODES.get(clickhouseCode);
  if (passing !== undefined) {
    const text = `ClickHouse at ${url} cannot just now (${doing}: ${passing}; code ${clickhouseCode}: ${message}): try again`;
    return new MapscopeError('CLICKHOUSE_UNREACHABLE', text, { facts, cause: error });
  }
  const mend = MENDS.get(clickhouseCode) ?? 'see the reason given';
  const text = `ClickHouse at ${url} refused (${doing}; code ${clickhouseCode}: ${message}): ${mend}`;
  return new MapscopeError('CLICKHOUSE_REFUSED', text, { facts, cause: error });
}

/** Node's system errors carry errno names; the client's own timeout and a cut connection carry these words only. */
function isNetworkFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z_]+$/.test(error.code)) return true;
  return /^(Timeout error|socket hang up|aborted)/.test(error.message);
}

function reasonOf(error: unknown, message: string): string {
  return error instanceof Error && 'code' in error && message === '' ? String(error.code) : message;
}
