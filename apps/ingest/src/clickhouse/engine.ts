/**
 * The ClickHouse engine in this process (chDB), behind a few connections that are lent out: reads apart from inserts, so
 * that slow questions never stop the writer, and one for parsing. Statements with `{name:Identifier}` are run one
 * after another by the chdb package (the engine keeps parameter state per process).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drainPending } from 'chdb';
import { type Canonicalise, createCanonicaliser } from './canonical.ts';
import { type Connection, openConnection } from './connection.ts';
import { engineConfigXml, type ReaderLimits } from './engine-config.ts';
import { type EngineNames, readEngineNames } from './engine-names.ts';
import { refusal } from './exceptions.ts';
import { type Bind, createBinder } from './parameters.ts';
import { type Kill, killStatement } from './running.ts';
import { createSlots, type Slots } from './slots.ts';

export interface EngineOptions {
  readonly dataDir: string;
  readonly memoryBytes: number;
  readonly limits: ReaderLimits;
  /** one connection for queries each; the pipe its answers go through, see fifo.ts */
  readonly pipes: readonly string[];
  readonly insertConnections: number;
  readonly queueLimit: number;
}

export interface Reader {
  readonly connection: Connection;
  readonly pipe: string;
}

export interface Engine {
  readonly version: string;
  readonly names: EngineNames;
  readonly canonicalise: Canonicalise;
  readonly bind: Bind;
  readonly reads: Slots<Reader>;
  readonly inserts: Slots<Connection>;
  readonly kill: Kill;
  readonly longestQueryMillis: number;
  /** waits for what runs */
  readonly close: () => Promise<void>;
}

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const configPath = join(options.dataDir, 'mapscope-engine.xml');
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(configPath, engineConfigXml(configPath, options.memoryBytes, options.limits), { mode: 0o600 });
  const all: Connection[] = [];
  const open = (): Connection => {
    const connection = openConnection(options.dataDir, configPath);
    all.push(connection);
    return connection;
  };
  const lane = <T>(items: readonly T[]): Slots<T> => createSlots(items, options.queueLimit, tooMany);
  const reads = lane(options.pipes.map((pipe): Reader => ({ connection: open(), pipe })));
  const inserts = lane(Array.from({ length: options.insertConnections }, open));
  const [parses, kills] = [lane([open()]), lane([open()])];
  const select = (sql: string): Promise<string> => parses.use((connection) => textOf(connection, sql));
  return {
    version: (await select('SELECT version() FORMAT TSVRaw')).trim(),
    names: await readEngineNames(select),
    canonicalise: createCanonicaliser(select),
    bind: createBinder(select),
    reads,
    inserts,
    kill: async (mark) => void (await kills.use((connection) => textOf(connection, killStatement(mark)))),
    longestQueryMillis: options.limits.maxExecutionSeconds * 1000,
    close: async () => {
      await Promise.all([reads, inserts, parses, kills].map((slots) => slots.drained()));
      for (const connection of all) connection.close();
      await drainPending();
    },
  };
}

async function textOf(connection: Connection, sql: string): Promise<string> {
  const { output } = await connection.ask({ sql, database: 'default', names: {} });
  return new TextDecoder().decode(output);
}

function tooMany(): Error {
  return refusal(
    'TOO_MANY_SIMULTANEOUS_QUERIES',
    'all connections of the embedded engine are busy and the queue is full: try again, with fewer requests at once',
  );
}
