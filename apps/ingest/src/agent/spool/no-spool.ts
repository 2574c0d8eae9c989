/** Where nothing is to be written to disk: what memory cannot keep is dropped. */
import type { Spool } from './spool.ts';

export const NO_SPOOL: Spool = {
  append: () => false,
  head: () => undefined,
  done: () => undefined,
  waiting: () => [],
  close: () => undefined,
};
