import { expect, test } from 'vitest';
import type { Clickhouse, Query } from './clickhouse.ts';
import { sharing } from './share.ts';

/** Answers with its number, when told to. */
function counting() {
  const asked: Query[] = [];
  const waiting: (() => void)[] = [];
  const answer = async (query: Query): Promise<readonly never[]> => {
    const nth = asked.push(query);
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (query.name === 'bad') throw new Error(`no ${nth}`);
    return [nth as never];
  };
  const clickhouse = { rows: answer, blocks: answer } as unknown as Clickhouse;
  return { asked, shared: sharing(clickhouse), go: () => waiting.splice(0).forEach((resolve) => resolve()) };
}

const query = (from: bigint, name = 'size'): Query => ({ name, sql: 'SELECT 1', parameters: { from } });

test('a question under way is asked once, another one or one with other values by itself', async () => {
  const { asked, shared, go } = counting();
  const answers = [query(1n), query(1n), query(2n), query(1n, 'other')].map((each) => shared.rows(each));
  expect(asked).toHaveLength(3);
  go();
  expect(await Promise.all(answers)).toEqual([[1], [1], [2], [3]]);
});

test('rows and blocks are different answers', async () => {
  const { asked, shared, go } = counting();
  const answers = [shared.rows(query(1n)), shared.blocks(query(1n))];
  expect(asked).toHaveLength(2);
  go();
  await Promise.all(answers);
});

test('nothing is kept: neither an answer nor a failure', async () => {
  const { asked, shared, go } = counting();
  for (const name of ['size', 'bad']) {
    for (const nth of [1, 2]) {
      const asking = shared.rows(query(1n, name));
      go();
      await (name === 'bad' ? expect(asking).rejects.toThrow(`no ${nth + 2}`) : asking);
    }
  }
  expect(asked).toHaveLength(4);
});
