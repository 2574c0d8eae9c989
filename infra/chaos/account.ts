/**
 * What had to be stored, held against what is. Pure.
 *
 *   made ⊇ acknowledged ∪ on disk ⊇ lost          a batch that Kafka or the disk has taken is in the tables, once
 *   stored ⊆ made                                 what was neither (in memory, when its publisher was killed) may be there or not
 */
export interface Owed {
  readonly rows: number;
  /** Kafka or the disk has taken it */
  readonly isTaken: boolean;
}

/** by `agent kind sequence` */
export type Account = ReadonlyMap<string, Owed>;

export interface AccountFile {
  readonly batches: Account;
  /** values that had to become dead letters */
  readonly poison: number;
  /** batches given up: no room in memory nor on disk */
  readonly givenUp: number;
}

/** Lines of publishers' accounts (apps/ingest/src/writer/testing/load-account.ts); a torn last line says nothing. */
export function readAccount(text: string): AccountFile {
  const batches = new Map<string, Owed>();
  let [poison, givenUp] = [0, 0];
  for (const line of text.split('\n').slice(0, -1)) {
    const [fact, agent = '', kind = '', sequence = '', rows = '0'] = line.split(' ');
    if (fact === 'poison') poison += 1;
    else if (fact === 'shed' || fact === 'dropped') givenUp += 1;
    else {
      const key = `${agent} ${kind} ${sequence}`;
      const isTaken = batches.get(key)?.isTaken === true || fact !== 'made';
      batches.set(key, { rows: Number(rows), isTaken });
    }
  }
  return { batches, poison, givenUp };
}

/** rows in a table by `agent kind sequence` */
export type Stored = ReadonlyMap<string, number>;

export interface Balance {
  /** rows that Kafka or a publisher's disk has taken */
  readonly published: number;
  /** rows in the tables, each once */
  readonly stored: number;
  readonly lost: number;
  /** rows that are there twice or are nobody's */
  readonly doubled: number;
  /** rows that were in a publisher's memory when it was killed, and nowhere else: its journal counts them */
  readonly diedInMemory: number;
}

export function balance(account: Account, stored: Stored): Balance {
  const sum = { published: 0, stored: 0, lost: 0, doubled: 0, diedInMemory: 0 };
  for (const [key, { rows, isTaken }] of account) {
    const found = stored.get(key) ?? 0;
    const missing = Math.max(0, rows - found);
    sum.stored += Math.min(rows, found);
    sum.doubled += Math.max(0, found - rows);
    if (isTaken) {
      sum.published += rows;
      sum.lost += missing;
    } else if (found === 0) sum.diedInMemory += rows;
    // A part of a batch is never right, whoever answers for it.
    else sum.lost += missing;
  }
  for (const [key, rows] of stored) if (!account.has(key)) sum.doubled += rows;
  return sum;
}
