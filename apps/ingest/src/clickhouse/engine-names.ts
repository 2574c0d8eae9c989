/** What this version of the engine has, asked once: what is new in a later one is refused until somebody has looked at it. */
export interface EngineNames {
  /** all in lower case */
  readonly tableFunctions: ReadonlySet<string>;
  readonly formats: ReadonlySet<string>;
  readonly tableSettings: ReadonlySet<string>;
}

/** `select` gives the first column as text, one line per value. */
export async function readEngineNames(select: (sql: string) => Promise<string>): Promise<EngineNames> {
  const names = async (source: string): Promise<ReadonlySet<string>> =>
    new Set((await select(`SELECT ${source} FORMAT TSVRaw`)).trim().split('\n'));
  return {
    tableFunctions: await names('lower(name) FROM system.table_functions'),
    formats: await names('lower(name) FROM system.formats'),
    tableSettings: await names('name FROM system.merge_tree_settings'),
  };
}
