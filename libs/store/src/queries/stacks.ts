/** Symbolised stacks by their hash. */
import type { CodeSite } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';

interface Row {
  readonly stack: string;
  readonly functions: readonly string[];
  readonly files: readonly string[];
  readonly lines: readonly number[];
}

export type Stacks = (hashes: readonly string[]) => Promise<ReadonlyMap<string, readonly CodeSite[]>>;

/** Some 4 KiB each. */
const REMEMBERED = 2_000;

/** A hash is one stack for ever, so what was read once is not asked again: the last so many that were read are kept. */
export function rememberingStacks(read: Stacks): Stacks {
  const known = new Map<string, readonly CodeSite[]>();
  return async (hashes) => {
    const found = new Map<string, readonly CodeSite[]>();
    for (const hash of hashes) {
      const frames = known.get(hash);
      if (frames !== undefined) found.set(hash, frames);
    }
    for (const [hash, frames] of await read(hashes.filter((hash) => !found.has(hash)))) {
      found.set(hash, frames);
      known.set(hash, frames);
    }
    for (const hash of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(hash);
    }
    return found;
  };
}

/** Hashes are of build id and frames, so one hash is one stack; stacks are kept 90 days, all of them small. */
export async function readStacks(
  clickhouse: Clickhouse,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, readonly CodeSite[]>> {
  const wanted = [...new Set(hashes)].filter((hash) => hash !== '0');
  if (wanted.length === 0) return new Map();
  const rows = await clickhouse.rows<Row>({
    name: 'stacks',
    sql: 'SELECT stack, functions, files, lines FROM stacks WHERE stack IN {stacks:Array(UInt64)} LIMIT 1 BY stack',
    parameters: { stacks: wanted.map(BigInt) },
  });
  return new Map(rows.map((row) => [row.stack, framesOf(row)]));
}

function framesOf({ functions, files, lines }: Row): readonly CodeSite[] {
  return functions.map((name, i) => ({ function: name, file: files[i] ?? '', line: lines[i] ?? 0 }));
}
