/** The settings by which a program is told its ClickHouse: one table for every app, so that names and defaults agree. */
import { textOption, urlOption } from '@mapscope/events';
import type { StoreOptions } from './store.ts';

export const CLICKHOUSE_OPTIONS = {
  clickhouseUrl: urlOption({
    flag: 'clickhouse-url',
    env: 'CLICKHOUSE_URL',
    describe: "ClickHouse's HTTP interface",
    default: 'http://127.0.0.1:8123',
  }),
  database: textOption({
    flag: 'clickhouse-database',
    env: 'CLICKHOUSE_DATABASE',
    describe: 'database of all tables',
    default: 'mapscope',
  }),
  username: textOption({
    flag: 'clickhouse-user',
    env: 'CLICKHOUSE_USER',
    describe: 'ClickHouse user',
    default: undefined,
  }),
  password: textOption({
    flag: 'clickhouse-password',
    env: 'CLICKHOUSE_PASSWORD',
    describe: 'its password',
    default: undefined,
    secret: true,
  }),
};

export interface ClickhouseSettings {
  readonly clickhouseUrl: string;
  readonly database: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** What was read with CLICKHOUSE_OPTIONS, as openStore wants it. */
export function storeOptionsOf({ clickhouseUrl: url, database, username, password }: ClickhouseSettings): StoreOptions {
  return {
    url,
    database,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}
