/** The role `schema`: the SQL of all tables and views, for clickhouse-client. Safe to run again. */
import { schemaStatements } from '@mapscope/store';
import type { SchemaConfig } from './options.ts';

export function runSchema({ database, cluster }: SchemaConfig, print: (line: string) => void): 0 {
  for (const statement of schemaStatements(database, cluster)) print(`${statement};\n`);
  return 0;
}
