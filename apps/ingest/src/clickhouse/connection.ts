/**
 * One connection to the engine in this process (chDB): runs one query at a time and keeps two kinds of state. The current
 * database is meant to stay and is remembered here. The output of a query that failed half-way is not: chDB 3.4.0
 * prepends what was already written to the answer of the connection's next query, so a connection that saw a
 * failure is thrown away (opening one takes half a millisecond).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { Session } from 'chdb';

export interface EngineResult {
  /** empty when the statement wrote elsewhere */
  readonly output: Uint8Array;
  /** of the result, or inserted */
  readonly rows: number;
  readonly bytes: number;
  readonly elapsedSeconds: number;
}

export interface EngineQuery {
  readonly sql: string;
  readonly database: string;
  /** names of tables and columns for `{name:Identifier}`; values are in the text, see substitute.ts */
  readonly names: Readonly<Record<string, string>>;
}

export interface Connection {
  readonly ask: (query: EngineQuery) => Promise<EngineResult>;
  readonly close: () => void;
}

const DEFAULT_DATABASE = 'default';

export function openConnection(dataDir: string, configPath: string): Connection {
  let session: Session | undefined = openSession(dataDir, configPath);
  let current = DEFAULT_DATABASE;
  const renew = (): void => {
    session?.close();
    session = undefined;
    current = DEFAULT_DATABASE;
  };
  return {
    ask: async (query) => {
      session ??= openSession(dataDir, configPath);
      try {
        if (current !== query.database) await session.queryAsync(`USE ${quoted(query.database)}`);
        current = query.database;
        return await execute(session, query);
      } catch (error) {
        renew();
        throw error;
      }
    },
    close: renew,
  };
}

const quoted = (name: string): string => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;

async function execute(session: Session, query: EngineQuery): Promise<EngineResult> {
  // Every statement carries its own FORMAT; chDB wants one for those that give no rows.
  const format = 'TabSeparated';
  const bound = Object.keys(query.names).length > 0;
  const result = bound
    ? await session.queryBindAsync(query.sql, query.names, { format })
    : await session.queryAsync(query.sql, { format });
  return {
    output: result.bytes(),
    rows: result.rowsRead,
    bytes: result.bytesRead,
    elapsedSeconds: result.elapsed,
  };
}

function openSession(dataDir: string, configPath: string): Session {
  try {
    return new Session(dataDir, { connectionArgs: [`--config-file=${configPath}`] });
  } catch (error) {
    throw openingFailed(dataDir, error);
  }
}

/** The engine writes its reason to stderr only; who holds the directory stands in its `status` file. */
function openingFailed(dataDir: string, cause: unknown): MapscopeError {
  const words = cause instanceof Error ? cause.message : String(cause);
  const holder = holderOf(dataDir);
  const mend =
    holder !== undefined
      ? `process ${holder} uses it: stop that one, or give another data directory`
      : words.includes('only one active data directory')
        ? 'this process already has another one open: close it first, one process serves one data directory'
        : 'check that it is on a writable disk with free space';
  return new MapscopeError(
    'SETUP_FAILED',
    `The ClickHouse engine cannot open ${dataDir}: ${mend} (engine: ${words.trim()})`,
    { facts: { dataDir }, cause },
  );
}

/** ClickHouse base/base/StatusFile: "PID: 123\nStarted at: …". A dead holder's lock is gone with it. */
function holderOf(dataDir: string): number | undefined {
  try {
    const pid = Number(/^PID: (\d+)/.exec(readFileSync(join(dataDir, 'status'), 'utf8'))?.[1]);
    process.kill(pid, 0);
    return pid === process.pid ? undefined : pid;
  } catch {
    return undefined;
  }
}
