/**
 * ClickHouse speaks of failure by number. The numbers decide the HTTP status here and what a client does there;
 * numbers and names: ClickHouse src/Common/ErrorCodes.cpp, statuses: src/Server/HTTPHandler.cpp
 * (exceptionCodeToHTTPStatus).
 */
import { MapscopeError, type Refused } from '@mapscope/events';

/** The few refusals that this role makes itself, under the server's own numbers. */
export const EXCEPTIONS = {
  BAD_ARGUMENTS: 36,
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  UNKNOWN_SETTING: 115,
  TIMEOUT_EXCEEDED: 159,
  READONLY: 164,
  QUERY_IS_TOO_LARGE: 256,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  SUPPORT_IS_DISABLED: 344,
  TOO_MANY_ROWS_OR_BYTES: 396,
  CANNOT_DECOMPRESS: 271,
  BAD_QUERY_PARAMETER: 457,
  ACCESS_DENIED: 497,
  AUTHENTICATION_FAILED: 516,
} as const;

export type ExceptionName = keyof typeof EXCEPTIONS;

export interface ServerException {
  readonly code: number;
  /** what a client reads: `Code: N. DB::Exception: … (NAME)` */
  readonly text: string;
}

const CLIENT_MISTAKES = [
  6, 25, 26, 27, 33, 36, 38, 41, 42, 43, 44, 53, 62, 69, 70, 72, 117, 130, 184, 215, 271, 344, 376, 441, 452, 456, 457,
  675, 676,
] as const;
const UNKNOWN_THINGS = [16, 46, 47, 50, 56, 60, 63, 73, 81, 115] as const;

const STATUS_BY_CODE: ReadonlyMap<number, number> = new Map([
  ...CLIENT_MISTAKES.map((code): [number, number] => [code, 400]),
  ...UNKNOWN_THINGS.map((code): [number, number] => [code, 404]),
  [159, 408],
  [164, 403],
  // ClickHouse answers 500 here; 503 says what is meant: come back later.
  [202, 503],
  [256, 413],
  [48, 501],
  [497, 403],
  // As ClickHouse answers 194 REQUIRED_PASSWORD; a client that has a key then sends it.
  [516, 401],
]);

export function httpStatusOf(code: number): number {
  return STATUS_BY_CODE.get(code) ?? 500;
}

/** A refusal of this role, in the server's words. `message` ends with how to mend it. */
export function refusal(name: ExceptionName, message: string): MapscopeError {
  const code = EXCEPTIONS[name];
  return new MapscopeError('CLICKHOUSE_REFUSED', `Code: ${code}. DB::Exception: ${message}. (${name})`, {
    facts: { serverCode: code, serverName: name },
  });
}

/** What the door says, in the server's words. */
export const refusedAtDoor = ({ status, reason }: Refused): MapscopeError =>
  refusal(status === 401 ? 'AUTHENTICATION_FAILED' : 'ACCESS_DENIED', reason);

/** The engine's errors carry their number in the text; anything else is our own fault, as a server's LOGICAL_ERROR is. */
export function toServerException(error: unknown): ServerException {
  const text = error instanceof Error ? error.message : String(error);
  const code = /^\s*Code: (\d+)\./.exec(text)?.[1];
  if (code !== undefined) return { code: Number(code), text };
  return { code: 49, text: `Code: 49. DB::Exception: ${text}. (LOGICAL_ERROR)` };
}
