import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyTally, note } from '../tally.ts';
import { findJournals } from './journal-folder.ts';
import { type JournalNeeds, keepJournal } from './keep-journal.ts';
import { plantedRecord } from '../../testing/planted-record.ts';

function needs(over: Partial<JournalNeeds> = {}): JournalNeeds {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { identity, machine, self, target, destination } = plantedRecord();
  return {
    folder,
    facts: { identity, machine, self, target, destination },
    clock: { unixNanos: () => 77n, monotonicNanos: () => 0n },
    ring: () => new Map([['lock_waits', { submitted: 3n, lost: 0n }]]),
    handed: emptyTally(),
    published: emptyTally(),
    onProblem: (error) => {
      throw error;
    },
    ...over,
  };
}

test('the journal is there at once, and what was handed over is never more than what was submitted', () => {
  const given = needs();
  using journal = keepJournal(given);
  expect(findJournals(given.folder)[0]?.record).toMatchObject({ readUnixNanos: 77n, counts: [{ submitted: 3n }] });
  note(given.handed, { kind: 'lock_waits', rows: 5 });
  journal.note();
  expect(findJournals(given.folder)[0]?.record?.counts).toMatchObject([{ submitted: 5n, handed: 5, published: 0 }]);
});

test('it is written again and again without being asked', async () => {
  let submitted = 0n;
  const given = needs({ ring: () => new Map([['lock_waits', { submitted: ++submitted, lost: 0n }]]) });
  using kept = keepJournal(given);
  await expect.poll(() => findJournals(given.folder)[0]?.record?.counts[0]?.submitted ?? 0n).toBeGreaterThan(3n);
  kept.remove();
});

test('it stays when the agent ends without its last word, and is gone when that was said', () => {
  const given = needs();
  keepJournal(given)[Symbol.dispose]();
  expect(findJournals(given.folder)).toHaveLength(1);
  const said = needs();
  keepJournal(said).remove();
  expect(readdirSync(said.folder)).toEqual([]);
});

test('a folder that cannot be made is told, and the agent goes on', () => {
  const file = join(needs().folder, 'file');
  writeFileSync(file, '');
  const problems: Error[] = [];
  using journal = keepJournal(
    needs({ folder: join(file, 'journals'), onProblem: (error) => void problems.push(error) }),
  );
  journal.note();
  expect(problems).toHaveLength(1);
});
