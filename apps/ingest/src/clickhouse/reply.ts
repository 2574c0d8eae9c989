/** What an answer of ClickHouse's interface looks like. Pure; used by handler.ts and answer-read.ts. */
import { httpStatusOf, toServerException } from './exceptions.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TEXT = 'text/plain; charset=UTF-8';
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  JSON: 'application/json; charset=UTF-8',
  JSONCompact: 'application/json; charset=UTF-8',
  JSONStrings: 'application/json; charset=UTF-8',
  JSONColumns: 'application/json; charset=UTF-8',
  JSONCompactColumns: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  JSONCompactEachRow: 'application/x-ndjson; charset=UTF-8',
  TabSeparated: 'text/tab-separated-values; charset=UTF-8',
  CSV: 'text/csv; charset=UTF-8; header=absent',
  CSVWithNames: 'text/csv; charset=UTF-8; header=present',
  Native: 'application/octet-stream',
  RowBinary: 'application/octet-stream',
};

export const headerSafe = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

export function plain(body: string, status = 200): Reply {
  return { status, headers: { 'Content-Type': TEXT }, body };
}

export function rowless(summary: string): Reply {
  return { status: 200, headers: { 'Content-Type': TEXT, 'X-ClickHouse-Summary': summary }, body: '' };
}

export const headersOfRows = (format: string, encoding: string | undefined): Record<string, string> => ({
  'Content-Type': CONTENT_TYPES[format] ?? TEXT,
  'X-ClickHouse-Format': headerSafe(format),
  ...(encoding === undefined ? {} : { 'Content-Encoding': encoding, Vary: 'Accept-Encoding' }),
});

export interface Counts {
  readonly rows: number;
  readonly bytes: number;
  readonly elapsedSeconds: number;
}

/** chDB counts what a query gave, not what it read for that. */
export const summaryOfRead = (result: Counts): string =>
  summary({ result_rows: result.rows, result_bytes: result.bytes }, result.elapsedSeconds);

/** Counts the rows parsed from the body; the engine does not say which of them its deduplication dropped. */
export const summaryOfInsert = ({ rows, bytes, elapsedSeconds }: Counts): string =>
  summary({ read_rows: rows, read_bytes: bytes, written_rows: rows, written_bytes: bytes }, elapsedSeconds);

export const summaryOfChange = (result: Counts): string => summary({}, result.elapsedSeconds);

function summary(known: Readonly<Record<string, number>>, elapsedSeconds: number): string {
  const names = ['read_rows', 'read_bytes', 'written_rows', 'written_bytes', 'total_rows_to_read', 'result_rows'];
  const counts = [...names, 'result_bytes'].map((name) => [name, String(known[name] ?? 0)]);
  return JSON.stringify({ ...Object.fromEntries(counts), elapsed_ns: String(Math.round(elapsedSeconds * 1e9)) });
}

/** Where bodies and answers lay meanwhile is nobody's business. */
const SPOOLED = /\/\S*(body-[0-9a-f-]{36}|pipe-\d+)/g;

export function failure(error: unknown, version: string): Reply {
  const { code, text } = failureText(error, version);
  return {
    status: httpStatusOf(code),
    headers: { 'Content-Type': TEXT, 'X-ClickHouse-Exception-Code': String(code) },
    body: text,
  };
}

export function failureText(error: unknown, version: string): { readonly code: number; readonly text: string } {
  const { code, text } = toServerException(error);
  return { code, text: `${text.replace(SPOOLED, 'request body')} (version ${version} (embedded))\n` };
}
