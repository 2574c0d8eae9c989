/** One step forward of the schema: idempotent statements, run in order, never edited once released. */
export interface Migration {
  /** `0001-name`; the order of migrations.ts is the order of running */
  readonly name: string;
  /** `database` is a quoted identifier */
  readonly statements: (database: string) => readonly string[];
}

/** Of a table whose rows are dropped by whole days when they are this old. */
export const RAW_DAYS = 7;
export const ROLLUP_DAYS = 30;
export const STACK_DAYS = 90;

/**
 * Without a window a plain MergeTree ignores insert_deduplication_token silently, and a roll-up without one doubles
 * although its source does not. A block that is open is sent again by the partition's next owner, within a minute; at 20
 * inserts a second into one table (two million rows a second) the window holds eight minutes.
 */
export const DEDUPLICATION = 'non_replicated_deduplication_window = 10000';

export const expireAfter = (days: number, column: string): string =>
  `TTL toDateTime(${column}) + INTERVAL ${days} DAY\nSETTINGS ttl_only_drop_parts = 1, ${DEDUPLICATION}`;
