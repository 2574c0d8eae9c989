/** For tests: what testdata/mapops counted itself, and the same of the rows. */
import { MAP_EVENT_KINDS, MAP_OPS } from '@mapscope/events';
import type { Row } from '../../test-target.ts';

/** testdata/mapops/main.go, type counts */
export interface OwnMap {
  readonly Name: string;
  readonly Map: string;
  readonly Access: number;
  readonly Access2: number;
  readonly Assign: number;
  readonly Delete: number;
  readonly Clear: number;
  readonly Iterate: number;
  readonly Next: number;
  readonly Clone: number;
  readonly Grown: number;
  readonly Capacity: number;
}

type Counted = Omit<OwnMap, 'Grown' | 'Capacity' | 'Map'>;

export function ownCounts(own: OwnMap): Counted {
  const { Name, Access, Access2, Assign, Delete, Clear, Iterate, Next, Clone } = own;
  return { Name, Access, Access2, Assign, Delete, Clear, Iterate, Next, Clone };
}

export function seenCounts(rows: readonly Row[], own: readonly OwnMap[]): readonly Counted[] {
  return own.map(({ Name, Map: address }) => {
    const mine = rows.filter((row) => row['kind'] === MAP_EVENT_KINDS.count && row['map_addr'] === BigInt(address));
    const total = (op: number): number =>
      mine.filter((row) => row['op'] === op).reduce((sum, row) => sum + Number(row['count']), 0);
    return {
      Name,
      Access: total(MAP_OPS.access),
      Access2: total(MAP_OPS.access2),
      Assign: total(MAP_OPS.assign),
      Delete: total(MAP_OPS.delete),
      Clear: total(MAP_OPS.clear),
      Iterate: total(MAP_OPS.iterate),
      Next: total(MAP_OPS.iterate_next),
      Clone: total(MAP_OPS.clone),
    };
  });
}
