/**
 * The few ways this library speaks to a ClickHouse server: rows as JSON for small answers, Native blocks for large ones,
 * bytes in for inserts. Values travel as typed parameters, never inside the text; every query names itself in log_comment.
 */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client';
import { decodeNativeBlocks, type NativeBlock } from '@mapscope/events';
import { toFailure } from './failure.ts';

export interface ClickhouseOptions {
  readonly url: string;
  readonly database: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly requestTimeoutMillis?: number | undefined;
}

export type Parameters = Readonly<Record<string, string | number | bigint | readonly string[] | readonly bigint[]>>;

export interface Query {
  /** what is asked, for log_comment and error messages */
  readonly name: string;
  readonly sql: string;
  readonly parameters?: Parameters | undefined;
}

export interface Clickhouse {
  readonly ping: () => Promise<void>;
  /** 64-bit integers come as text */
  readonly rows: <Row>(query: Query) => Promise<readonly Row[]>;
  readonly blocks: (query: Query) => Promise<readonly NativeBlock[]>;
  /** outside of any database, so that one can be created */
  readonly command: (query: Query) => Promise<void>;
  /** the parts of the body are sent one after the other */
  readonly insert: (name: string, sql: string, body: readonly Uint8Array[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function connectClickhouse(options: ClickhouseOptions): Clickhouse {
  const client = createClient(clientOptions(options, options.database));
  const outside = createClient(clientOptions(options, undefined));
  const origin = new URL(options.url).origin;
  const guard =
    <Asked extends { readonly name: string }, Answer>(work: (asked: Asked) => Promise<Answer>) =>
    (asked: Asked): Promise<Answer> =>
      work(asked).catch((error: unknown) => {
        throw toFailure(error, asked.name, origin);
      });
  const insert = guard((asked: { name: string; sql: string; body: readonly Uint8Array[] }) =>
    insertBytes(client, asked),
  );
  return {
    ping: () => guard(() => pingServer(client))({ name: 'ping' }),
    rows: <Row>(query: Query) => guard((asked: Query) => readRows<Row>(client, asked))(query),
    blocks: guard((query: Query) => readBlocks(client, query)),
    command: guard((query: Query) => runCommand(outside, query)),
    insert: (name, sql, body) => insert({ name, sql, body }),
    close: async () => {
      await Promise.all([client.close(), outside.close()]);
    },
  };
}

function clientOptions(options: ClickhouseOptions, database: string | undefined): ClickHouseClientConfigOptions {
  return {
    url: options.url,
    username: options.username ?? 'default',
    password: options.password ?? '',
    request_timeout: options.requestTimeoutMillis ?? 30_000,
    max_open_connections: 8,
    // Failures are thrown, with their cause; the client need not print them as well.
    log: { level: ClickHouseLogLevel.OFF },
    ...(database === undefined ? {} : { database }),
  };
}

async function pingServer(client: ClickHouseClient): Promise<void> {
  const answer = await client.ping({ select: true });
  if (!answer.success) throw answer.error;
}

async function readRows<Row>(client: ClickHouseClient, { name, sql, parameters }: Query): Promise<readonly Row[]> {
  const result = await client.query({
    query: sql,
    format: 'JSONEachRow',
    clickhouse_settings: { ...comment(name), output_format_json_quote_64bit_integers: 1 },
    query_params: { ...parameters },
  });
  return result.json<Row>();
}

async function readBlocks(client: ClickHouseClient, { name, sql, parameters }: Query): Promise<readonly NativeBlock[]> {
  const { stream } = await client.exec({
    query: `${sql}\nFORMAT Native`,
    clickhouse_settings: comment(name),
    query_params: { ...parameters },
  });
  return decodeNativeBlocks(await buffer(stream));
}

async function runCommand(client: ClickHouseClient, { name, sql, parameters }: Query): Promise<void> {
  await client.command({ query: sql, clickhouse_settings: comment(name), query_params: { ...parameters } });
}

async function insertBytes(
  client: ClickHouseClient,
  { sql, body }: { sql: string; body: readonly Uint8Array[] },
): Promise<void> {
  const { stream } = await client.exec({ query: sql, values: Readable.from(body) });
  await buffer(stream);
}

const comment = (name: string): { readonly log_comment: string } => ({ log_comment: `mapscope:${name}` });
