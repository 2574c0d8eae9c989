/** Which scope of a key a statement needs. Pure; used by handler.ts. */
import type { Scope } from '@mapscope/events';
import { blankQuoted, type Statement } from './statement.ts';

/** What a writer does: rows in, tables and columns that are missing made. Nothing that is there goes. */
const ADDS = /^(INSERT INTO|CREATE (?!OR REPLACE)|ALTER TABLE \S+ \(?ADD COLUMN [^,]*$)/;

export function scopeOf(statement: Statement): Scope {
  switch (statement.kind) {
    case 'read':
      return 'read';
    case 'insert':
      return 'ingest';
    case 'change':
      return ADDS.test(blankQuoted(statement.text)) ? 'ingest' : 'control';
  }
}
