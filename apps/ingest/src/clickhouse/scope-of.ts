/** Which scope of a key a statement needs. Pure; used by handler.ts. */
import type { Scope } from '@mapscope/events';
import { blankQuoted, type Statement } from './statement.ts';

/** What a writer does: rows in, tables and columns that are missing made. Nothing that is there goes. */
const ADDS = /^(INSERT INTO|CREATE (?!OR REPLACE)|ALTER TABLE \S+ \(?ADD COLUMN [^,]*$)/;
/**
 * And what a view puts into its roll-up, as migrations do, but in a statement that does nothing else: no word of another
 * command of ALTER (ClickHouse, ParserAlterQuery.cpp) may follow.
 */
const TEACHES_A_VIEW =
  /^ALTER TABLE \S+ \(?MODIFY QUERY SELECT\s(?!.*\b(ADD|APPLY|ATTACH|CLEAR|COMMENT|DELETE|DETACH|DROP|FETCH|FORGET|FREEZE|MATERIALIZE|MODIFY|MOVE|REMOVE|RENAME|REPLACE|RESET|REWRITE|UNFREEZE|UPDATE)\b)/is;

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

const isOrdinary = (text: string): boolean => ADDS.test(text) || TEACHES_A_VIEW.test(text);
