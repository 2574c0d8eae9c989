/**
 * Rows that tell who waited and who held: the columns of lock_waits and its roll-up, in the order of the roll-up's key, and the
 * two lines of source that they are. Pure.
 */
import type { CodeSite } from '@mapscope/rootcause';

export const SITES = 'waiter_function, waiter_file, waiter_line, holder_function, holder_file, holder_line';

export interface SitesRow {
  readonly waiter_function: string;
  readonly waiter_file: string;
  readonly waiter_line: number;
  readonly holder_function: string;
  readonly holder_file: string;
  readonly holder_line: number;
}

export const waiterOf = (row: SitesRow): CodeSite => ({
  function: row.waiter_function,
  file: row.waiter_file,
  line: row.waiter_line,
});

export const holderOf = (row: SitesRow): CodeSite => ({
  function: row.holder_function,
  file: row.holder_file,
  line: row.holder_line,
});
