/**
 * The URL of a request, taken apart: statement, format, parameters, and the settings a client may give for one query.
 * Settings come from an allow-list: they change how rows are written, read or limited, never what may be reached.
 * Pure; used by handler.ts.
 */
import { chooseEncoding, type Encoding, refuseOwnFraming } from './encodings.ts';
import { refusal } from './exceptions.ts';
import { isAllowedSetting } from './setting-names.ts';

export interface RequestOptions {
  readonly query: string;
  readonly queryId: string | undefined;
  readonly database: string;
  readonly defaultFormat: string;
  /** name → text as it came: the server's TabSeparated escaping */
  readonly parameters: ReadonlyMap<string, string>;
  /** `a = 1, b = 'x'`, ready to stand behind SETTINGS; empty when none */
  readonly settings: string;
  /** the answer begins when the query has ended */
  readonly waitsForEnd: boolean;
  /** of the answer */
  readonly encoding: Encoding | undefined;
}

/** Speak to ClickHouse's HTTP layer, not to the engine; @clickhouse/client sends some of them by itself. Without effect here. */
const HTTP_ONLY = new Set([
  'wait_end_of_query',
  'buffer_size',
  'enable_http_compression',
  'http_zlib_compression_level',
  'http_response_compression_method',
  'http_native_compression_disable_checksumming_on_decompress',
  'http_response_buffer_size',
  'http_write_exception_in_output_format',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'cancel_http_readonly_queries_on_client_close',
  'quota_key',
  'user',
  'password',
]);

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

export function parseRequest(
  url: URL,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): RequestOptions {
  const parameters = new Map<string, string>();
  const settings: string[] = [];
  const plain = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) parameters.set(checkedName(name.slice('param_'.length)), value);
    else if (['query', 'query_id', 'database', 'default_format'].includes(name)) plain.set(name, value);
    else if (name === 'compress' || name === 'decompress') refuseOwnFraming(name, value);
    else if (!HTTP_ONLY.has(name)) settings.push(settingClause(name, value));
  }
  return {
    query: plain.get('query') ?? '',
    queryId: plain.get('query_id')?.slice(0, 100),
    database: plain.get('database') ?? headerText(headers['x-clickhouse-database']) ?? 'default',
    defaultFormat: checkedName(
      plain.get('default_format') ?? headerText(headers['x-clickhouse-format']) ?? 'TabSeparated',
    ),
    parameters,
    settings: settings.join(', '),
    waitsForEnd: isOn(url, 'wait_end_of_query'),
    encoding: isOn(url, 'enable_http_compression')
      ? chooseEncoding(String(headers['accept-encoding'] ?? ''))
      : undefined,
  };
}

const isOn = (url: URL, name: string): boolean => ['1', 'true'].includes(url.searchParams.get(name) ?? '');

function headerText(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw refusal('BAD_ARGUMENTS', `"${name.slice(0, 60)}" is not a name: use letters, digits and underscores`);
}

function settingClause(name: string, value: string): string {
  if (name === 'session_id' || name === 'role') {
    throw refusal('SUPPORT_IS_DISABLED', `${name} is not served: connections are shared; leave it out`);
  }
  if (!isAllowedSetting(name)) {
    throw refusal(
      'UNKNOWN_SETTING',
      `"${name.slice(0, 60)}" is neither a parameter nor a setting that is served here: leave it out; those that limit, read or write rows are (max_…, input_format_…, output_format_…)`,
    );
  }
  if (name === 'async_insert' && value !== '0') {
    throw refusal(
      'SUPPORT_IS_DISABLED',
      'async_insert is not served, an acknowledged insert is in the table: set it to 0 or leave it out',
    );
  }
  if (/^-?\d{1,20}(\.\d{1,20})?$/.test(value)) return `${name} = ${value}`;
  return `${name} = ${stringLiteral(value)}`;
}

/** A ClickHouse string literal: backslash first, then the quote; control characters by name so that no blank line stays. */
export function stringLiteral(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('\0', '\\0');
  return `'${escaped}'`;
}
