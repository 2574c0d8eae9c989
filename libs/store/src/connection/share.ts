/**
 * Of questions that are under way at the same time, each is asked once: the parts of an answer need the same small facts
 * (which services have an SDK, how many requests a window holds), and several people look at one page. Whoever joins may
 * get what was true when the first one asked; nothing is kept beyond that. Bounded by the questions under way.
 */
import type { Clickhouse, Query } from './clickhouse.ts';

export function sharing(clickhouse: Clickhouse): Clickhouse {
  const rows = sharingOf((query) => clickhouse.rows<unknown>(query));
  return {
    ...clickhouse,
    // The rows of a statement are of the type that its only author says.
    rows: <Row>(query: Query) => rows(query) as Promise<readonly Row[]>,
    blocks: sharingOf((query) => clickhouse.blocks(query)),
  };
}

function sharingOf<Answer>(ask: (query: Query) => Promise<Answer>): (query: Query) => Promise<Answer> {
  const underWay = new Map<string, Promise<Answer>>();
  return (query) => {
    const key = keyOf(query);
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const asking = ask(query).finally(() => underWay.delete(key));
    underWay.set(key, asking);
    return asking;
  };
}

const keyOf = ({ name, sql, parameters }: Query): string =>
  JSON.stringify([name, sql, parameters], (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
