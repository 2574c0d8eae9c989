/** The engine's own parser reads every statement for a cluster; there is no cluster here to run them on. */
import { expect, inject, test } from 'vitest';
import { schemaStatements } from '../migrations/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

const url = inject('clickhouseUrl') ?? '';

test.skipIf(url === '')(
  'the engine understands every statement of the schema, for one server and for a cluster',
  async () => {
    for (const statement of [...schemaStatements('mapscope'), ...schemaStatements('mapscope', 'main')]) {
      const params = new URLSearchParams({
        query: 'SELECT formatQuery({statement:String}) FORMAT Raw',
        param_statement: escaped(statement),
      });
      const response = await fetch(`${url}/?${params.toString()}`);
      const text = await response.text();
      expect(response.status, `${statement}\n${text}`).toBe(200);
      // What it understood, not only that it understood something.
      if (statement.includes('Distributed(')) expect(text).toContain("ENGINE = Distributed('main'");
    }
  },
);

/** Parameters are read as TabSeparated. */
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
