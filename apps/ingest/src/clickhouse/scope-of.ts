/** Which scope of a key a statement needs. Pure; used by handler.ts. */
import type { Scope } from '@mapscope/events';
import { blankQuoted } from './quoted.ts';
import type { Statement } from './statement.ts';

/** What a writer does: rows in, tables that are missing made. Nothing that is there goes. */
const ADDS = /^(INSERT INTO|CREATE (?!OR REPLACE))/;
/**
 * And columns that are missing, and what a view puts into its roll-up, as migrations do; but in a statement that does
 * nothing else: no further command of ALTER (ClickHouse, ParserAlterQuery.cpp) may follow a comma.
 */
const ALTERS_ONE_THING =
  /^ALTER TABLE \S+ \(?(ADD COLUMN|MODIFY QUERY SELECT)\s(?!.*,[\s(]*(ADD|APPLY|ATTACH|CLEAR|COMMENT|DELETE|DETACH|DROP|FETCH|FORGET|FREEZE|MATERIALIZE|MODIFY|MOVE|REMOVE|RENAME|REPLACE|RESET|REWRITE|UNFREEZE|UPDATE)\b)/is;
/** And how many tokens a table remembers, on which exactly once rests. */
const REMEMBERS = /^ALTER TABLE \S+ \(?MODIFY SETTING non_replicated_deduplication_window = \d+\)?$/;

export function scopeOf(statement: Statement): Scope {
  switch (statement.kind) {
    case 'read':
      return 'read';
    case 'insert':
      return 'ingest';
    case 'change':
      return isOrdinary(blankQuoted(statement.text)) ? 'ingest' : 'control';
  }
}

const isOrdinary = (text: string): boolean => [ADDS, ALTERS_ONE_THING, REMEMBERS].some((allowed) => allowed.test(text));
