/** Code sites of an answer, each once. Lines repeat thousands of times; a site is made when it is first seen. Pure. */
import type { NativeBlock } from '@mapscope/events';
import type { CodeSite } from '@mapscope/rootcause';
import { columnOf } from './columns.ts';

export interface SiteTable {
  readonly sites: readonly CodeSite[];
  /** index into `sites` of each row of the block; `role` is waiter or holder */
  readonly indexesOf: (block: NativeBlock, role: 'waiter' | 'holder') => Uint32Array;
}

export function createSiteTable(): SiteTable {
  const sites: CodeSite[] = [];
  const known = new Map<string, number>();
  const indexOf = (site: CodeSite): number => {
    const key = `${site.function}\n${site.file}\n${site.line}`;
    const index = known.get(key) ?? sites.push(site) - 1;
    known.set(key, index);
    return index;
  };
  return {
    sites,
    indexesOf: (block, role) => {
      const functions = columnOf(block, `${role}_function`, 'dictionary');
      const files = columnOf(block, `${role}_file`, 'dictionary');
      const lines = columnOf(block, `${role}_line`, 'u32').values;
      // Within a block three small numbers name a site: no text is made for a row whose site was seen.
      const seen = new Map<number, number>();
      return Uint32Array.from({ length: block.rows }, (_, row) => {
        const [fn = 0, file = 0, line = 0] = [functions.indexes[row], files.indexes[row], lines[row]];
        const key = (fn * files.keys.length + file) * 2 ** 24 + line;
        const index =
          seen.get(key) ?? indexOf({ function: functions.keys[fn] ?? '', file: files.keys[file] ?? '', line });
        seen.set(key, index);
        return index;
      });
    },
  };
}
